"""The promises that hold after every scenario, checked in one place.

What needs a scenario of its own (an export during edits, an import that breaks off, a deletion) is
asserted where that scenario is; ``assert_invariants`` holds what must be true at rest.
"""

from __future__ import annotations

from django.db.models import Count

from policies.bases import Basis
from policies.models import CURATED, Move, Policy, PolicyChange, Revision, Route, TextModel
from policies.resolution.audit import differences
from policies.rules import NOT_RECORDED, resolve
from tests.remembered import SUBJECT_TABLES, answers_at, pointers_at


def assert_invariants() -> None:
    """I2, I3, I6 and I8 at rest."""
    assert_stored_is_recomputed()
    assert_every_change_is_explained()
    assert_history_is_whole()
    assert_nothing_is_allowed_without_evidence()


def assert_stored_is_recomputed() -> None:
    """I2: row by row, by the rules alone, and not by the resolver's own queries."""
    assert differences() == []
    for model in TextModel.objects.select_related("policy", "license", "family__license"):
        assert model.policy.answer == resolve(_facts(model.effective_license), NOT_RECORDED)
    for route in Route.objects.select_related(
        "policy", "model__license", "model__family__license", "terms", "provider__terms"
    ):
        license, terms = route.model.effective_license, route.effective_terms
        assert route.policy.answer == resolve(_facts(license), _facts(terms))


def assert_every_change_is_explained() -> None:
    """I3: who, when, why and how; and history ends in what is stored."""
    for revision in Revision.objects.all():
        assert revision.actor
        assert revision.at
        assert revision.via
        assert revision.rules_version
    newest = Revision.objects.current_number()
    answers = answers_at(newest)
    for kind, table in SUBJECT_TABLES.items():
        pointers = pointers_at(kind, newest)
        assert pointers == dict(table.objects.values_list("pk", "policy_id"))
        for policy in Policy.objects.filter(pk__in=set(pointers.values())):
            assert answers[policy.pk] == policy.answer


def assert_history_is_whole() -> None:
    """I6: numbers without gaps, no entry of an unknown revision, one entry per subject and revision."""
    numbers = sorted(Revision.objects.values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    for table in CURATED:
        assert set(table.history.values_list("revision_id", flat=True)) <= set(numbers)
        living = set(table.objects.values_list("pk", flat=True))
        assert living <= set(table.history.values_list("id", flat=True))
    for log, subject in ((PolicyChange, "policy"), (Move, "model"), (Move, "route")):
        repeated = log.objects.exclude(**{subject: None}).order_by()
        repeated = repeated.values("revision", subject).annotate(n=Count("pk")).filter(n__gt=1)
        assert not repeated.exists()


def assert_nothing_is_allowed_without_evidence() -> None:
    """I8: an allowance names a document that records a permission, and where to read it."""
    for policy in Policy.objects.filter(status="allowed").select_related("license", "terms"):
        document = {"license": policy.license, "terms": policy.terms}[policy.layer]
        assert Basis(document.basis).status == "allowed"
        assert policy.source_url == document.source_url != ""


def _facts(document):
    return document.facts() if document else NOT_RECORDED
