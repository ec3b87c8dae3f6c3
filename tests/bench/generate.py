"""A made-up catalog of any size and plausible shape, for scale tests and benchmarks.

A few documents, families and providers hold most of the rows, as in real catalogs: their shares
fall like 1, 1/2, 1/3 ... The same size and seed give the same rows. Run it as
``python manage.py shell -c "from tests.bench.generate import generate; generate(100_000)"``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, islice
from random import Random
from typing import Any

from policies.bases import Basis, Evidence, LicenseEvidence, Lifecycle, Via
from policies.catalog.applying import refresh_statistics
from policies.models import (
    Family,
    License,
    ModelAlias,
    Provider,
    ProviderTerms,
    Route,
    TextModel,
)
from policies.revisions import OpenRevision, revision
from policies.spellings import search_text

CHUNK = 10_000
LICENSES, TERMS, FAMILIES, PROVIDERS = 80, 45, 170, 160
MOST_MODELS = 100_000
SIZES = ("7b", "14b", "32b", "70b", "235b")
LICENSE_BASES = {
    Basis.PERMISSIVE_OPEN_WEIGHTS: 45,
    Basis.CLOSED_PROVIDER_RESTRICTION: 30,
    Basis.PROVIDER_OUTPUT_USE_RESTRICTION: 10,
    Basis.PROVIDER_TERMS_UNKNOWN: 15,
}
TERMS_BASES = {
    Basis.PROVIDER_OUTPUT_USE_RESTRICTION: 55,
    Basis.PROVIDER_OUTPUT_USE_TERMS: 20,
    Basis.PROVIDER_TERMS_UNKNOWN: 20,
    Basis.CLOSED_PROVIDER_RESTRICTION: 5,
}


@dataclass
class Chooser:
    """Random choices that fall like 1/rank: the first items are met most."""

    random: Random
    weights: dict[int, list[float]] = field(default_factory=dict)

    def one(self, items: Sequence[Any]) -> Any:
        """One of the items."""
        size = len(items)
        if size not in self.weights:
            self.weights[size] = list(accumulate(1 / rank for rank in range(1, size + 1)))
        return self.random.choices(items, cum_weights=self.weights[size])[0]

    def maybe(self, items: Sequence[Any], share: float) -> Any:
        """One of the items for that share of the calls, None otherwise."""
        return self.one(items) if self.random.random() < share else None

    def basis(self, shares: dict[Basis, int]) -> Basis:
        """A basis, by its share."""
        return self.random.choices(list(shares), weights=list(shares.values()))[0]


def generate(routes: int, seed: int = 1) -> OpenRevision:
    """Write a catalog of that many routes as one revision, which is returned committed."""
    chooser = Chooser(Random(seed))
    reason = f"Generate {routes:,} routes from seed {seed}."
    with revision(actor="generate", reason=reason, via=Via.COMMAND) as opened:
        licenses = _licenses(opened, chooser)
        terms = _terms(opened, chooser)
        families = _families(opened, chooser, licenses)
        providers = _providers(opened, chooser, terms)
        count = max(1, min(routes // 4, MOST_MODELS))
        models = _models(opened, chooser, licenses, families, count)
        _write(opened, _routes(chooser, models, providers, terms, routes))
    refresh_statistics()
    return opened


def _write(opened: OpenRevision, records: Iterator[Any]) -> None:
    while chunk := list(islice(records, CHUNK)):
        opened.bulk_create(chunk)


def _licenses(opened: OpenRevision, chooser: Chooser) -> list[License]:
    records = [
        License(
            slug=f"license-{number}",
            name=f"License {number}",
            source_url=f"https://licenses.example/{number}",
            basis=chooser.basis(LICENSE_BASES),
            note=f"What a curator noted of license {number}.",
            evidence=chooser.random.choice(Evidence.values),
        )
        for number in range(LICENSES)
    ]
    opened.bulk_create(records)
    return records


def _terms(opened: OpenRevision, chooser: Chooser) -> list[ProviderTerms]:
    records = [
        ProviderTerms(
            slug=f"terms-{number}",
            name=f"Terms {number}",
            source_url=f"https://terms.example/{number}",
            basis=chooser.basis(TERMS_BASES),
            subject_to_license=chooser.random.random() < 0.5,
            note=f"What a curator noted of terms {number}.",
            evidence=chooser.random.choice(Evidence.values),
        )
        for number in range(TERMS)
    ]
    opened.bulk_create(records)
    return records


def _families(opened: OpenRevision, chooser: Chooser, licenses: list[License]) -> list[Family]:
    records = [
        Family(
            slug=f"family-{number}",
            name=f"Family {number}",
            license=chooser.maybe(licenses, 0.3),
        )
        for number in range(FAMILIES)
    ]
    opened.bulk_create(records)
    return records


def _providers(
    opened: OpenRevision, chooser: Chooser, terms: list[ProviderTerms]
) -> list[Provider]:
    records = [
        Provider(
            slug=f"provider-{number}",
            name=f"Provider {number}",
            docs_url=f"https://provider-{number}.example/docs",
            terms=chooser.maybe(terms, 0.6),
        )
        for number in range(PROVIDERS)
    ]
    opened.bulk_create(records)
    return records


def _models(
    opened: OpenRevision,
    chooser: Chooser,
    licenses: list[License],
    families: list[Family],
    count: int,
) -> list[TextModel]:
    models = []
    for number in range(count):
        family = chooser.one(families)
        canonical_id = f"owner-{number % 97}/{family.slug}-{number}-{SIZES[number % 5]}"
        name = f"{family.name} {number} {SIZES[number % 5].upper()}"
        license = chooser.maybe(licenses, 0.7)
        models.append(
            TextModel(
                canonical_id=canonical_id,
                name=name,
                owner=f"Owner {number % 97}",
                family=family,
                license=license,
                license_evidence=LicenseEvidence.SECONDARY if license else LicenseEvidence.NONE,
                context_length=chooser.random.choice([8192, 32768, 131072, 1000000]),
                release_date=f"202{number % 6}-{number % 12 + 1:02}",
                search_text=search_text(canonical_id, name, [_alias(canonical_id)]),
            )
        )
    _write(opened, iter(models))
    _write(opened, (ModelAlias(name=model.canonical_id, model=model) for model in models))
    _write(opened, (ModelAlias(name=_alias(model.canonical_id), model=model) for model in models))
    return models


def _alias(canonical_id: str) -> str:
    return canonical_id.partition("/")[2]


def _routes(
    chooser: Chooser,
    models: list[TextModel],
    providers: list[Provider],
    terms: list[ProviderTerms],
    count: int,
) -> Iterator[Route]:
    lifecycles = [*[Lifecycle.ACTIVE] * 18, Lifecycle.DEPRECATED, Lifecycle.BETA]
    for number in range(count):
        model = models[number] if number < len(models) else chooser.random.choice(models)
        provider = chooser.one(providers)
        yield Route(
            model=model,
            provider=provider,
            provider_model_id=f"{model.canonical_id}@{number}",
            available=chooser.random.random() < 0.97,
            lifecycle=chooser.random.choice(lifecycles),
            terms=chooser.maybe(terms, 0.02),
        )
