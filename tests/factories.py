"""Short ways to record documents and catalog rows, each through a revision like any door."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import count
from typing import Any

from policies.models import (
    Family,
    License,
    ModelAlias,
    Provider,
    ProviderTerms,
    Route,
    TextModel,
)
from policies.resolution.audit import differences
from policies.revisions import OpenRevision, revision

_numbers = count(1)

ALLOWS = "permissive-open-weights"
CLOSED = "closed-provider-restriction"
RESTRICTS = "provider-output-use-restriction"
PERMITS = "provider-output-use-terms"
SILENT = "provider-terms-unknown"


@contextmanager
def editing(reason: str = "Test", actor: Any = "tester", **kwargs: Any):
    """An open revision for a test; joins one that is already open."""
    with revision(actor=actor, reason=reason, via="command", **kwargs) as opened:
        yield opened


def save(record: Any, **changes: Any) -> OpenRevision:
    """Set the given fields and save the record in a revision of its own; returns the revision."""
    for name, value in changes.items():
        setattr(record, name, value)
    with editing() as opened:
        opened.save(record)
    return opened


def make_license(slug: str = "", basis: str = ALLOWS, **fields: Any) -> License:
    """A license; with a source URL, since every basis but unknown needs one."""
    slug = slug or f"license-{next(_numbers)}"
    fields.setdefault("source_url", f"https://licenses.example/{slug}")
    record = License(slug=slug, name=fields.pop("name", slug), basis=basis, **fields)
    save(record)
    return record


def make_terms(slug: str = "", basis: str = RESTRICTS, **fields: Any) -> ProviderTerms:
    """Provider terms; a permission is subject to the license unless said otherwise."""
    slug = slug or f"terms-{next(_numbers)}"
    fields.setdefault("source_url", f"https://terms.example/{slug}")
    record = ProviderTerms(slug=slug, name=fields.pop("name", slug), basis=basis, **fields)
    save(record)
    return record


def make_family(slug: str = "", license: License | None = None, **fields: Any) -> Family:
    """A family of models."""
    slug = slug or f"family-{next(_numbers)}"
    record = Family(slug=slug, name=fields.pop("name", slug), license=license, **fields)
    save(record)
    return record


def make_model(canonical_id: str = "", license: License | None = None, **fields: Any) -> TextModel:
    """A text model; ``aliases`` are further spellings."""
    canonical_id = canonical_id or f"owner/model-{next(_numbers)}"
    aliases = fields.pop("aliases", [])
    record = TextModel(
        canonical_id=canonical_id,
        name=fields.pop("name", canonical_id),
        license=license,
        **fields,
    )
    with editing() as opened:
        opened.save(record)
        opened.bulk_create([ModelAlias(name=alias, model=record) for alias in aliases])
    record.refresh_from_db()
    return record


def make_provider(slug: str = "", terms: ProviderTerms | None = None, **fields: Any) -> Provider:
    """A provider."""
    slug = slug or f"provider-{next(_numbers)}"
    record = Provider(slug=slug, name=fields.pop("name", slug), terms=terms, **fields)
    save(record)
    return record


def make_route(
    model: TextModel | None = None, provider: Provider | None = None, **fields: Any
) -> Route:
    """A route, resolved; model and provider are made where not given, in the same revision."""
    with editing() as opened:
        model, provider = model or make_model(), provider or make_provider()
        fields.setdefault("provider_model_id", f"{model.canonical_id}-{next(_numbers)}")
        record = Route(model=model, provider=provider, **fields)
        opened.save(record)
    record.refresh_from_db()
    return record


def read_anew(*records: Any) -> Any:
    """The records as they are stored, whatever an earlier test did to these objects."""
    for record in records:
        record.refresh_from_db()
    return records


def assert_sound() -> None:
    """The invariants that hold at rest: stored answers, pointers, counts and history agree."""
    assert differences() == []
