"""The trace of a pair: facts with their documents, both documents where both matter, what binds."""

import pytest

from policies.models import Policy, Route
from policies.trace import binding_conditions, trace_of
from tests.factories import (
    ALLOWS,
    CLOSED,
    PERMITS,
    RESTRICTS,
    SILENT,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
)

pytestmark = pytest.mark.django_db

NAMING = {"kind": "naming", "detail": "the derived model's name starts with Llama"}
BARE = {"kind": "share-alike", "detail": ""}


def route_of(license=None, terms=None):
    """One route under the documents."""
    return make_route(make_model(license=license), make_provider(terms=terms))


def pair_of(license=None, terms=None):
    """The pair of one route under the documents."""
    found = Policy.objects.select_related("license", "terms")
    return found.get(pk=route_of(license, terms).policy_id)


@pytest.mark.parametrize(
    ("license", "terms", "subject", "speaker", "other", "role"),
    [
        (ALLOWS, RESTRICTS, True, "t", "l", "Overridden: the license alone would allow."),
        (CLOSED, RESTRICTS, True, "t", "l", "The license restricts as well."),
        (SILENT, RESTRICTS, True, "t", "l", "The license gives no clear signal."),
        (ALLOWS, PERMITS, True, "t", "l", "The permission is subject to the license, which allows."),
        (ALLOWS, PERMITS, False, "t", "l",
         "The permission holds whatever the license says; it allows."),
        (CLOSED, PERMITS, False, "t", "l",
         "The permission holds whatever the license says; it restricts."),
        (SILENT, PERMITS, False, "t", "l",
         "The permission holds whatever the license says; it gives no clear signal."),
        (ALLOWS, SILENT, True, "l", "t", "The terms are silent on outputs."),
        (CLOSED, PERMITS, True, "l", "t",
         "Does not count: the permission is subject to the license, which does not allow."),
        (SILENT, SILENT, True, "l", "t", "The terms are silent on outputs."),
    ],
)  # fmt: skip
def test_it_names_the_other_document_and_its_part(
    license, terms, subject, speaker, other, role, visit
):
    """The document that decides comes first, with no role; the other says what it adds."""
    documents = {
        "license": make_license("l", license, name="The license", quote="License words."),
        "terms": make_terms(
            "t", terms, name="The terms", quote="Terms words.", subject_to_license=subject
        ),
    }
    trace = trace_of(pair_of(**documents))
    assert [(part.document.slug, part.role) for part in trace.documents] == [
        (speaker, ""),
        (other, role),
    ]
    page = visit(Route.objects.get().get_absolute_url())
    [hit] = page.texts("li", "hit")
    assert role in hit
    assert "License words." in hit
    assert "Terms words." in hit


def test_it_says_of_every_fact_which_document_it_is_from(visit):
    """At each rule that was reached, decided or not."""
    route_of(make_license("l", ALLOWS, name="Open"), make_terms("t", SILENT, name="Quiet"))
    page = visit(Route.objects.get().get_absolute_url())
    first, second = page.find("li", "no")
    assert page.text(first) == (
        "1 The provider restricts explicitly The provider's terms are silent on outputs. Quiet "
        "does not apply"
    )
    assert "The license records permissive-open-weights. Open" in page.text(second)
    assert page.links()["Quiet"] == "/terms/t/"


def test_it_sets_the_note_under_the_document_that_decides(visit):
    """Below the document that was overridden it would read as that one's."""
    route_of(
        make_license("l", ALLOWS, name="Open"), make_terms("t", RESTRICTS, note="No training.")
    )
    deciding, overridden = visit(Route.objects.get().get_absolute_url()).texts("div", "part")
    assert "No training." in deciding
    assert "No training." not in overridden


def test_it_says_where_a_fact_has_no_document():
    """Nothing recorded is said, not left out."""
    steps = trace_of(pair_of(make_license("l", ALLOWS))).steps
    [fact] = steps[0].facts
    assert (fact.sentence, fact.document) == ("No provider terms are recorded.", None)
    assert steps[4].facts == ()


def test_it_lists_the_conditions_of_both_documents_after_an_allowance(visit):
    """With the document that demands each."""
    route_of(
        make_license("l", ALLOWS, name="Llama", conditions=[NAMING, BARE]),
        make_terms("t", PERMITS, name="Host terms", conditions=[BARE]),
    )
    [hit] = visit(Route.objects.get().get_absolute_url()).texts("li", "hit")
    assert "Allowed, if Namingthe derived model's name starts with LlamaLlama" in hit
    assert "Share alikeHost terms" in hit
    found = binding_conditions(pair_of_first())
    assert [condition.words for condition in found] == [
        NAMING["detail"],
        "share alike",
        "share alike",
    ]


def pair_of_first():
    """The pair of the only route."""
    return Route.objects.select_related("policy__license", "policy__terms").get().policy


def test_it_lists_no_condition_where_nothing_is_allowed(visit):
    """A condition on something forbidden would read as a way around it."""
    route_of(
        make_license("l", ALLOWS, conditions=[NAMING]),
        make_terms("t", RESTRICTS, conditions=[BARE]),
    )
    [hit] = visit(Route.objects.get().get_absolute_url()).texts("li", "hit")
    assert "llowed, if" not in hit
    assert binding_conditions(pair_of_first()) == []


def test_it_says_in_the_trace_how_the_models_license_is_known(visit):
    """Secondary knowledge stands beside the allowance that rests on it."""
    model = make_model("lab/m", make_license("l"), license_evidence="secondary")
    make_route(model)
    [own, routes] = visit("/models/lab/m/").texts("li", "hit")
    for hit in (own, routes):
        assert "That the model carries this license is known from: a secondary source." in hit
