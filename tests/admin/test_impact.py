"""The page between a save and its effect: what it shows, what it asks, and that exactly that is done."""

from __future__ import annotations

import pytest

from policies.admin import door
from policies.admin.door import MOVED_ON, SAY_WHY
from policies.effects import Direction
from policies.models import License, Revision, Route, TextModel
from tests.admin.pages import (
    address,
    confirm,
    fields_of,
    is_impact,
    list_address,
    open_form,
    press_save,
    said,
)
from tests.factories import (
    ALLOWS,
    CLOSED,
    PERMITS,
    RESTRICTS,
    assert_sound,
    editing,
    make_family,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
    read_anew,
    save,
)

pytestmark = [pytest.mark.django_db, pytest.mark.uncounted]


@pytest.fixture(scope="module")
def recorded(kept):
    with editing():
        record = make_license("open", ALLOWS, note="Old note.")
        model = make_model("owner/open-model", license=record)
        make_route(model=model, provider=make_provider("silent"))
        terms = make_terms("explicit", PERMITS, subject_to_license=False)
        make_route(model=model, provider=make_provider("permits", terms=terms))
    return record


@pytest.fixture
def governed(recorded, db):
    """A license that governs one model, at a silent provider and at one that permits."""
    (record,) = read_anew(recorded)
    return record


@pytest.fixture
def asked(curating, governed):
    """The impact of restricting that license."""
    return press_save(curating, governed, basis=RESTRICTS, note="New note.", reason="Section 2.")


def text_of(response) -> str:
    return response.content.decode()


def test_it_says_once_what_does_not_flip_whatever_its_status(curating):
    with editing():
        closed = make_license("closed", RESTRICTS)
        model = make_model(license=closed)
        free = make_terms("free", PERMITS, subject_to_license=False)
        make_route(model, make_provider("free", free))
        make_route(model, make_provider("bans", make_terms("bans", RESTRICTS)))
    page = press_save(curating, closed, basis=CLOSED)
    assert [way for way, _, _ in page.context["ways"]] == [
        Direction("disallowed", "disallowed", True, 0, 1, 0),
        Direction("", "", False, 2, 0, 2),
    ]
    assert text_of(page).count("No flip, but another note or source") == 1
    assert "<b>2 routes</b> to another note or source" in text_of(page)


def test_it_sums_by_direction_and_lists_what_flips(asked, governed):
    assert is_impact(asked)
    ways = [way for way, _, _ in asked.context["ways"]]
    assert ways == [
        Direction("allowed", "disallowed", True, 1, 1, 1),
        Direction("", "", False, 1, 0, 1),
    ]
    rows = [tuple(row)[1:] for row in asked.context["examples"]]
    model = TextModel.objects.get()
    route = model.routes.get(provider__slug="silent")
    decided = "license, rule 4"
    assert rows == [
        (model.canonical_id, model.get_absolute_url(), "", "allowed", "disallowed", [], decided),
        (
            route.provider_model_id,
            route.get_absolute_url(),
            "silent",
            "allowed",
            "disallowed",
            [],
            decided,
        ),
    ]
    (other,) = asked.context["rewordings"]
    assert [document.slug for document in other.documents] == ["open", "explicit"]
    assert [change.label for change in other.changes] == ["note"]


def test_it_shows_the_edit_field_by_field_and_names_the_outcome(asked):
    page = text_of(asked)
    (record,) = asked.context["records"]
    assert [change[0] for change in record.fields] == ["note", "basis"]
    assert "<del>Old note.</del>" in page
    assert "<ins>New note.</ins>" in page
    assert "<b>1 route and 1 model</b> from allowed to disallowed; " in page
    assert ">Disallow 1 route and 1 model</button>" in page
    assert "Section 2.</textarea>" in page


def test_it_does_what_was_shown(curating, curator, asked, governed):
    response = confirm(curating, asked)
    assert response.status_code == 302
    newest = Revision.objects.current()
    assert (newest.user, newest.reason) == (curator, "Section 2.")
    governed.refresh_from_db()
    assert (governed.basis, governed.note) == (RESTRICTS, "New note.")
    statuses = dict(Route.objects.values_list("provider__slug", "policy__status"))
    assert statuses == {"silent": "disallowed", "permits": "allowed"}
    assert "2 routes and 1 model got another answer" in said(curating.get(response.url))[1]
    assert_sound()


@pytest.mark.parametrize("reason", ["", " \n"])
def test_it_asks_again_for_want_of_a_reason(curating, asked, governed, reason):
    again = confirm(curating, asked, reason=reason)
    assert is_impact(again)
    assert SAY_WHY in text_of(again)
    assert 'aria-invalid="true"' in text_of(again)
    governed.refresh_from_db()
    assert governed.basis == ALLOWS


def test_it_leads_back_to_the_form_with_its_input(curating, asked, governed):
    again = curating.post(address(governed), fields_of(asked, "impact_form") | {"_edit": "1"})
    form = again.context["adminform"].form
    assert form.errors == {}
    assert form["basis"].value() == RESTRICTS
    data = fields_of(again, "license_form")
    assert (data["note"].strip(), data["reason"].strip()) == ("New note.", "Section 2.")
    governed.refresh_from_db()
    assert governed.basis == ALLOWS


def test_it_offers_every_flip_as_csv(curating, asked, governed):
    response = curating.post(address(governed), fields_of(asked, "impact_form") | {"_csv": "1"})
    assert response["Content-Type"].startswith("text/csv")
    lines = text_of(response).splitlines()
    assert lines[0] == "model,provider,provider_model_id,before,after,decided_by"
    assert lines[1] == 'owner/open-model,,,allowed,disallowed,"license, rule 4"'
    assert len(lines) == 3
    governed.refresh_from_db()
    assert governed.basis == ALLOWS


def another_route(record):
    make_route(model=TextModel.objects.get(), provider=make_provider("third"))


def swapped_route(record):
    """As many as before, and others: a count alone would not tell."""
    old = Route.objects.get(provider__slug="silent")
    save(old, terms=make_terms("own"))
    another_route(record)


def restricted_provider(record):
    with editing() as opened:
        provider = Route.objects.get(provider__slug="silent").provider
        provider.terms = make_terms("strict")
        opened.save(provider)


@pytest.mark.parametrize("meanwhile", [another_route, swapped_route, restricted_provider])
def test_it_shows_the_new_impact_where_the_state_moved(curating, asked, governed, meanwhile):
    meanwhile(governed)
    before = Revision.objects.current_number()
    again = confirm(curating, asked)
    assert is_impact(again)
    assert MOVED_ON in text_of(again)
    assert Revision.objects.current_number() == before
    assert confirm(curating, again).status_code == 302
    assert_sound()


def test_it_does_not_mind_what_makes_no_difference(curating, asked, governed):
    make_route()
    assert confirm(curating, asked).status_code == 302
    assert_sound()


def test_it_saves_at_once_what_has_come_to_change_nothing(curating, asked, governed):
    with editing() as opened:
        for route in Route.objects.all():
            opened.delete(route)
        opened.delete(TextModel.objects.get())
    assert confirm(curating, asked).status_code == 302
    governed.refresh_from_db()
    assert governed.basis == RESTRICTS


@pytest.mark.parametrize("forged", ["", "x", "1", "1.x", "-1.0", "9" * 40])
def test_it_takes_no_other_text_for_what_it_showed(curating, asked, governed, forged):
    data = fields_of(asked, "impact_form") | {"_impact": forged}
    assert is_impact(curating.post(address(governed), data))
    governed.refresh_from_db()
    assert governed.basis == ALLOWS


def test_it_rehearses_again_where_somebody_saves_in_between(curating, governed, monkeypatch):
    """The rehearsal foresees nothing, then the first route of the license appears: it must be shown."""
    spare = make_license("spare")
    real, races = door.revision, []

    def faster(**kwargs):
        if not races:
            races.append(make_model(license=spare))
        return real(**kwargs)

    monkeypatch.setattr(door, "revision", faster)
    response = press_save(curating, spare, basis=RESTRICTS)
    assert races
    assert is_impact(response)
    spare.refresh_from_db()
    assert spare.basis == ALLOWS


def relicense_family(curating):
    with editing():
        family, record = make_family("family"), make_license("open")
        make_route(model=make_model(family=family))
    return press_save(curating, family, license=record.pk)


def move_model_to_family(curating):
    with editing():
        family = make_family("family", license=make_license("open"))
        route = make_route()
    return press_save(curating, route.model, family=family.pk)


def move_provider_to_terms(curating):
    with editing():
        route = make_route(model=make_model(license=make_license("open")))
        terms = make_terms("no")
    return press_save(curating, route.provider, terms=terms.pk)


def except_route(curating):
    with editing():
        route = make_route(model=make_model(license=make_license("open")))
        terms = make_terms("no")
    return press_save(curating, route, terms=terms.pk)


def delete_route(curating):
    return curating.post(address(make_route(), "delete"), {"post": "yes"})


def delete_routes(curating):
    with editing():
        routes = [make_route().pk, make_route().pk]
    chosen = {"action": "delete_selected", "_selected_action": routes}
    return curating.post(list_address(Route), chosen | {"post": "yes"})


DOORS = [
    relicense_family,
    move_model_to_family,
    move_provider_to_terms,
    except_route,
    delete_route,
    delete_routes,
]


@pytest.mark.parametrize("try_to", DOORS)
def test_it_stands_before_every_door(curating, try_to):
    asked = try_to(curating)
    assert is_impact(asked)
    before = Revision.objects.current_number()
    assert confirm(curating, asked, reason="Read.").status_code == 302
    assert Revision.objects.current_number() == before + 1
    assert Revision.objects.current().reason == "Read."
    assert_sound()


@pytest.mark.parametrize("try_to", DOORS)
def test_it_keeps_every_door_closed_until_then(curating, try_to):
    asked = try_to(curating)
    before = Revision.objects.current_number()
    back = curating.post(asked.request["PATH_INFO"], fields_of(asked, "impact_form") | {"_edit": 1})
    assert back.status_code == 200
    assert not is_impact(back)
    assert Revision.objects.current_number() == before
    assert_sound()


def test_it_shows_what_a_large_edit_does_in_as_many_queries(
    curating, django_assert_max_num_queries
):
    record = make_license("open")
    with editing():
        for number in range(60):
            make_route(model=make_model(license=record), provider=make_provider(f"p-{number}"))
    data = open_form(curating, record) | {"basis": CLOSED}
    with django_assert_max_num_queries(40):
        response = curating.post(address(record), data)
    assert len(response.context["examples"]) == 50
    assert "50 of 120" in text_of(response)


def test_it_shows_at_most_twenty_records_of_a_bulk_edit(curating):
    with editing():
        chosen = [make_route(provider=make_provider(f"p-{n}")).pk for n in range(22)]
    data = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}
    page = text_of(curating.post(list_address(Route), data))
    assert "and 2 more records" in page
    assert ">Delete 22 routes</button>" in page
    assert License.objects.count() == 0


def test_it_shows_both_bases_where_the_status_stays(curating):
    record = make_license("closed", CLOSED)
    make_route(model=make_model("owner/closed-model", license=record))
    shown = text_of(press_save(curating, record, basis=RESTRICTS))
    rows = shown.split('id="flips"')[1].split("</table>")[0]
    assert rows.count(CLOSED) == rows.count(RESTRICTS) == 2  # the model and its route
