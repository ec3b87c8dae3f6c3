"""The page of one revision: who, when, why, what was written and what flipped."""

import pytest

from policies.merging import Merge
from policies.models import ModelAlias, Provider, Revision, Route, TextModel
from policies.revisions import resolve_everything
from policies.views import revision as revision_page
from tests.factories import (
    CLOSED,
    RESTRICTS,
    assert_sound,
    editing,
    make_family,
    make_license,
    make_model,
    make_provider,
    make_route,
)
from tests.pages.revisions import edit, flips, make_catalog, make_history

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalog():
    return make_catalog()


@pytest.fixture
def history(catalog):
    make_history(catalog)


def test_it_shows_one_revision_in_full(catalog, visit):
    number = edit(catalog[0], basis=CLOSED, name="Closed License")
    page = visit(f"/revisions/{number}/")

    assert page.texts("h1") == ["Revision 2"]
    assert page.texts("dd")[:5] == [
        "curator-1",
        page.texts("dd")[1],
        "Admin",
        "Read it again.",
        "version 1",
    ]
    assert flips(page) == ["3Allowedto→Disallowedroutes, 1 model"]
    [table] = page.find("table")
    way = "Allowed permissive-open-weights Disallowed closed-provider-restriction Closed License"
    assert [page.text(row) for row in table.find("tbody")] == [
        f"lab/open the model itself {way}",
        *(f"lab/open Host {n} {way} × Ban terms" for n in range(3)),
    ]
    assert "1 license" in page.texts("h3")
    assert "name Open License →to Closed License" in page.main()
    assert "basis permissive-open-weights →to closed-provider-restriction" in page.main()
    assert_sound()


def test_it_names_related_records_and_not_their_numbers(catalog, visit):
    other = make_license("other", CLOSED, name="Other License")
    number = edit(catalog[1], license=other)
    page = visit(f"/revisions/{number}/")

    assert "license Open License →to Other License" in page.main()
    assert flips(page) == ["3Allowedto→Disallowedroutes, 1 model"]


def test_it_names_what_a_merge_took_from_a_model_that_is_gone(catalog, visit):
    with editing() as opened:
        gone = make_model("lab/twin")
        make_route(gone, provider_model_id="twin")
    with editing() as opened:
        Merge(catalog[1], gone).carry_out(opened)
    written = visit(f"/revisions/{opened.number}/").main()
    route = visit(Route.objects.get(provider_model_id="twin").get_absolute_url()).main()

    assert "lab/twin deleted" in written
    assert "model lab/twin →to lab/open" in written
    assert "model lab/twin lab/open" in route


def test_it_shows_internal_notes_to_the_staff_alone(catalog, client, visit, django_user_model):
    number = edit(catalog[0], internal_note="Our lawyer doubts it.")
    assert "Our lawyer doubts it." not in visit(f"/revisions/{number}/").html

    client.force_login(django_user_model.objects.create_user("reader"))
    assert "Our lawyer doubts it." not in visit(f"/revisions/{number}/").html

    client.force_login(django_user_model.objects.create_user("curator", is_staff=True))
    assert "Our lawyer doubts it." in visit(f"/revisions/{number}/").html


def test_it_tells_what_was_added_and_deleted(catalog, visit):
    with editing() as opened:
        alias = ModelAlias(name="open-alias", model=catalog[1])
        opened.bulk_create([alias])
    added = visit(f"/revisions/{opened.number}/").main()
    with editing() as opened:
        opened.delete(ModelAlias.objects.get(key="open-alias"))
    deleted = visit(f"/revisions/{opened.number}/").main()

    assert "1 model alias open-alias added" in added
    assert "1 model alias open-alias deleted" in deleted


def test_it_names_what_has_been_deleted_since(visit):
    model = make_model("lab/gone", make_license("short"))
    number = edit(model.license, basis=CLOSED)
    with editing() as opened:
        for alias in model.aliases.all():
            opened.delete(alias)
        opened.delete(TextModel.objects.get(pk=model.pk))
    page = visit(f"/revisions/{number}/")

    assert "deleted since" in page.main()
    assert "/models/lab/gone/" not in page.links().values()


def test_it_counts_a_large_write_and_lists_none_of_it(catalog, visit):
    with editing() as opened:
        opened.bulk_create([ModelAlias(name=f"alias-{n}", model=catalog[1]) for n in range(11)])
    page = visit(f"/revisions/{opened.number}/")

    assert "11 model aliases" in page.texts("h3")
    assert "alias-1" not in page.main()


def test_it_lists_the_first_subjects_of_many(catalog, visit, monkeypatch):
    monkeypatch.setattr(revision_page, "SUBJECTS", 2)
    number = edit(catalog[0], basis=CLOSED)
    page = visit(f"/revisions/{number}/")

    assert "The first 2 are shown." in page.main()
    assert len(list(page.find("table")[0].find("tbody"))) == 2
    assert page.links()["In the list of flips"] == f"/flips/?revision={number}"


def test_it_leads_to_the_revisions_around_and_to_the_state_after(history, visit):
    links = visit("/revisions/3/").links()

    assert links["← Revision 2"] == "/revisions/2/"
    assert links["Revision 4 →"] == "/revisions/4/"
    assert links["The state after it"] == "/?as_of=r3"
    assert not [words for words in visit("/revisions/1/").links() if words.startswith("←")]
    assert not [words for words in visit("/revisions/5/").links() if words.endswith("→")]


def test_it_tells_a_recomputation_from_an_edit(catalog, visit):
    policy = catalog[1].policy
    type(policy).objects.filter(pk=policy.pk).update(note="Drifted.")
    opened = resolve_everything(actor="resolve", reason="Repair")

    assert opened.committed
    assert "No record: every answer was recomputed." in visit(f"/revisions/{opened.number}/").main()


@pytest.mark.parametrize("number", [0, 2, 10**20])
def test_it_knows_no_other_revision(number, catalog, visit):
    visit(f"/revisions/{number}/", status=404)


@pytest.mark.parametrize("more", [0, 3])
def test_it_shows_one_in_constant_queries(more, catalog, as_curator, django_assert_max_num_queries):
    """It writes every table, moves and changes, makes appear and vanish."""
    family = make_family("kin", catalog[0])
    gone = make_route(catalog[1], make_provider("leaver"))
    models = [make_model(f"lab/kin-{n}", family=family) for n in range(1 + more)]
    for model in models:
        make_route(model, make_provider(terms=catalog[2]))
    other = make_license("other", CLOSED, name="Other License")
    with editing() as opened:
        edit(catalog[0], basis=CLOSED)
        edit(catalog[2], basis=RESTRICTS)
        edit(family, license=other)
        edit(Provider.objects.get(slug="host-0"), terms=None)
        for model in models:
            edit(model, name="Renamed", license=other)
            make_route(model, make_provider(terms=catalog[2]))
        edit(catalog[1].routes.first(), available=False, terms=catalog[2])
        opened.bulk_create([ModelAlias(name="another", model=catalog[1])])
        opened.delete(gone)

    with django_assert_max_num_queries(12):
        page = as_curator(f"/revisions/{opened.number}/")
    assert len(page.texts("h3")) == 7
    assert "license Open License →to Other License" in page.main()
    assert "available yes →to no" in page.main()


def test_it_reads_every_revision_of_an_answer_that_comes_and_goes(catalog, visit):
    """Each direction has its words: new, gone, and from one answer to another."""
    assert flips(visit("/revisions/1/")) == ["3newto→Allowedroutes, 1 model"]
    route = catalog[1].routes.first()
    with editing() as opened:
        opened.delete(route)

    assert flips(visit(f"/revisions/{opened.number}/")) == ["1Allowedto→goneroute"]
    assert Revision.objects.current_number() == opened.number
