"""The whole worklist of one state and one day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from policies.bases import ClauseKind, ConditionKind, Layer
from policies.worklist import contradictions, reading, waiting
from policies.worklist.items import Item

Documents = Mapping[tuple[str, int | None], Any]


def gather(today: date) -> list[Item]:
    """Everything that waits on a day, kind by kind; some ten queries, whatever the data.

    The caller reads it inside one ``snapshot()``.
    """
    documents, pairs, owned = reading.recorded(), reading.tallied(), reading.owned()
    return [
        *waiting.undecided(pairs, documents.values(), reading.unlicensed_families()),
        *waiting.neglected(pairs, documents.values(), today),
        *contradictions.permits_restricted(documents, pairs),
        *contradictions.same_source(documents, pairs),
        *_mixed_owners(documents, owned),
        *contradictions.contradicting_notes(documents, pairs),
        *contradictions.family_licenses(documents, reading.apart_from_family()),
        *_stricter_upstream(documents, {row["owner"] for row in owned}),
    ]


def _mixed_owners(documents: Documents, owned: list[dict[str, Any]]) -> list[Item]:
    """Routes are counted for the owners that will be shown, and for no others."""
    mixed = contradictions.mixed_owners(documents, owned, {})
    routes = reading.routes_of_owners(dict(item.wanted)["owner"] for item in mixed)
    return contradictions.mixed_owners(documents, owned, routes)


def _stricter_upstream(documents: Documents, owners: set[str]) -> list[Item]:
    upstream = contradictions.own_providers(owners, reading.named_providers())
    routers = [
        document.pk
        for (layer, _), document in documents.items()
        if layer == Layer.TERMS and passes_on(document)
    ]
    return contradictions.stricter_upstream(
        documents, reading.passed_on(routers, upstream), upstream
    )


def passes_on(terms: Any) -> bool:
    """Whether terms say that those of the provider upstream apply as well."""
    kinds = {condition["kind"] for condition in terms.conditions}
    return terms.clause_kind == ClauseKind.PASSTHROUGH or ConditionKind.TERMS_PASS_DOWN in kinds
