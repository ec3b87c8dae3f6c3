"""What is compared of two records: the same facts of each, in one order, as a page shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import quote

from django.db.models import prefetch_related_objects
from django.urls import reverse

from policies.bases import ConditionKind, Status
from policies.models import License, Provider, ProviderTerms, TextModel
from policies.views.words import known_from


@dataclass(frozen=True)
class Value:
    """One fact of one record. ``drawn``: text, code, prose, quote, status, evidence, number or list."""

    text: str = ""
    drawn: str = "text"
    href: str = ""
    items: tuple[str, ...] = ()


class Fact(NamedTuple):
    """One fact of both records."""

    name: str
    a: Value
    b: Value

    @property
    def differs(self) -> bool:
        """Whether a reader would see another text; where it leads does not matter."""
        return (self.a.text, self.a.items) != (self.b.text, self.b.items)

    @property
    def values(self) -> tuple[Value, Value]:
        """Both, in the order of the columns."""
        return self.a, self.b


Facts = dict[str, Value]


def facts_of(kind: str, a: Any, b: Any) -> list[Fact]:
    """Every fact of two records of one kind; left out where neither has it."""
    prefetch_related_objects([a, b], *_WITH.get(kind, ()))
    of_a, of_b = _READERS[kind](a), _READERS[kind](b)
    names = dict.fromkeys([*of_a, *of_b])
    facts = [Fact(name, of_a.get(name, Value()), of_b.get(name, Value())) for name in names]
    return [fact for fact in facts if any(value.text or value.items for value in fact.values)]


def _linked(record: Any) -> Value:
    return Value(record.name, href=record.get_absolute_url()) if record else Value()


def _conditions(conditions: Iterable[dict[str, str]]) -> Value:
    items = (f"{ConditionKind(item['kind']).label}: {item['detail']}" for item in conditions)
    return Value(drawn="list", items=tuple(items))


def _source(url: str) -> Value:
    return Value(url, "source", url)


def _model(model: TextModel) -> Facts:
    policy = model.policy
    binding = (
        policy.license.conditions if policy.license and policy.status == Status.ALLOWED else []
    )
    owned = f"{reverse('models')}?owner={quote(model.owner, safe='')}"
    return {
        "Answer": Value(policy.status, "status"),
        "Basis": Value(policy.basis, "code"),
        "Label": Value(policy.label),
        "License": _linked(policy.license),
        "License known from": Value(known_from(model.license_evidence)),
        "Note": Value(policy.note, "prose"),
        "Conditions": _conditions(binding),
        "Source": _source(policy.source_url),
        "Owner": Value(model.owner, href=owned if model.owner else ""),
        "Family": _linked(model.family),
        "Context": Value(f"{model.context_length:,} tokens" if model.context_length else ""),
        "Released": Value(model.release_date),
    }


def _document(document: Any) -> Facts:
    return {
        "Reading": Value(document.status, "status"),
        "Basis": Value(document.basis, "code"),
        "Label": Value(document.shown_label),
        "Note": Value(document.note, "prose"),
        "Quote": Value(document.quote, "quote"),
        "Section": Value(document.quote_section),
        "Conditions": _conditions(document.conditions),
        "Evidence": Value(document.evidence, "evidence"),
        "Verified": Value(f"{document.verified_on:%Y-%m-%d}" if document.verified_on else "never"),
        "Source": _source(document.source_url),
    }


def _license(license: License) -> Facts:
    families = tuple(family.name for family in license.families.all())
    return {
        **_document(license),
        "Publisher": Value(license.publisher),
        "Version of the text": Value(license.version_name),
        "SPDX id": Value(license.spdx_id, "code"),
        "Families": Value(drawn="list", items=families),
    }


def _terms(terms: ProviderTerms) -> Facts:
    providers = tuple(provider.name for provider in terms.providers.all())
    return {**_own_terms(terms), "Providers": Value(drawn="list", items=providers)}


def _own_terms(terms: ProviderTerms) -> Facts:
    subject = terms.status is Status.ALLOWED and terms.subject_to_license
    return {
        **_document(terms),
        "Permission subject to the license": Value("yes" if subject else ""),
        "Clause": Value(terms.get_clause_kind_display()),
        "Covers": Value(terms.get_scope_display()),
        "Effective": Value(terms.effective),
    }


def _provider(provider: Provider) -> Facts:
    of_terms = _own_terms(provider.terms) if provider.terms else {}
    return {
        "Terms": _linked(provider.terms) if provider.terms else Value("none recorded"),
        **of_terms,
        "Documentation": _source(provider.docs_url),
        "API": Value(provider.api_url, "code"),
    }


_READERS: dict[str, Callable[[Any], Facts]] = {
    "models": _model,
    "providers": _provider,
    "licenses": _license,
    "terms": _terms,
}
_WITH = {"licenses": ("families",), "terms": ("providers",)}
