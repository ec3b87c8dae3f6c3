"""The history page of a record: its versions, any two of them compared, and the way back to one."""

from __future__ import annotations

import pytest

from policies.admin import history
from policies.admin.versions import versions_of
from policies.models import Family, License, ModelAlias, Provider, Revision, Route, TextModel
from policies.revisions import revision
from tests.admin.pages import address, confirm, fields_of, is_impact, said
from tests.factories import (
    CLOSED,
    editing,
    make_family,
    make_license,
    make_model,
    make_provider,
    make_route,
    save,
)
from tests.invariants import assert_invariants

pytestmark = pytest.mark.django_db


def numbers(record) -> list[int]:
    """The revisions that wrote a record, oldest first."""
    return [v.revision.number for v in reversed(versions_of(type(record), record.pk))]


def changed(version) -> list[tuple[str, str, str]]:
    return [(item.field, item.before, item.after) for item in version.differences]


def revert(client, record, to: int, **posted):
    """Press the button of one version."""
    return client.post(address(record, "revert"), {"to": to, **posted})


def compare(client, record, first: int, second: int):
    return client.get(address(record, "history"), {"from": first, "to": second})


def test_it_tells_what_each_revision_changed_who_when_why_and_how(curating):
    license = make_license("open", note="First.")
    save(license, note="Second.", evidence="text-read")
    with revision(actor="loader", reason="From a file.", via="import") as opened:
        license.note = "Third."
        opened.bulk_update([license], ["note"])
    newest, second, oldest = versions_of(License, license.pk)
    assert [version.kind for version in (newest, second, oldest)] == ["Changed", "Changed", "Added"]
    assert set(changed(second)) == {
        ("note", "First.", "Second."),
        ("evidence", "Not read", "Text read"),
    }
    assert list(oldest.differences) == []
    page = curating.get(address(license, "history")).content.decode()
    assert "<del>First.</del>" in page
    assert "<ins>Third.</ins>" in page
    assert f'href="/revisions/{newest.revision.number}/"' in page
    for text in ("loader", "From a file.", "Import", "tester", "Command"):
        assert text in page


def test_it_names_documents_also_when_they_are_gone(curating):
    gone = make_license("gone", basis="provider-terms-unknown")
    family = make_family("fam", license=gone)
    save(family, license=None)
    with editing() as opened:
        opened.delete(License.objects.get(pk=gone.pk))
    assert changed(versions_of(Family, family.pk)[0]) == [("license", "gone", "")]
    assert b"<del>gone</del>" in curating.get(address(family, "history")).content


def test_it_leaves_out_what_is_computed():
    model = make_model("owner/model")
    save(model, license=make_license("open"))
    assert changed(versions_of(TextModel, model.pk)[0]) == [("license", "", "open")]


def test_it_tells_a_models_spellings_among_its_versions():
    model = make_model("owner/model", aliases=["one"])
    with editing() as opened:
        opened.save(ModelAlias(name="two", model=model))
    newest, oldest = versions_of(TextModel, model.pk)
    assert (newest.kind, newest.revision.number) == ("Spellings changed", opened.number)
    assert changed(newest) == [("other spellings", "", "two")]
    assert oldest.spellings == ("one",)


def test_it_compares_any_two_versions(curating):
    license = make_license("open", note="0")
    for number in range(1, 4):
        save(license, note=str(number))
    first, second, _, last = numbers(license)
    for pair in ((first, last), (last, first)):
        response = compare(curating, license, *pair)
        two = response.context["two"]
        assert [(d.before, d.after) for d in two["differences"]] == [("0", "3")]
        assert "Version 1 of" in response.content.decode()
    assert "say the same" in compare(curating, license, second, second).content.decode()


def test_it_names_what_is_wrong_with_a_comparison(curating):
    license = make_license("open")
    (only,) = numbers(license)
    response = compare(curating, license, 99, only)
    assert response.status_code == 400
    expected = f"from: “99” is no revision after which this record stood; accepted: {only}."
    assert expected in response.content.decode()


def test_it_shows_the_newest_versions_and_leads_to_the_older_ones(curating, monkeypatch):
    monkeypatch.setattr(history, "SHOWN", 2)
    license = make_license("open", note="0")
    for number in range(1, 4):
        save(license, note=str(number))
    page = curating.get(address(license, "history"))
    assert [changed(v) for v in page.context["versions"]] == [
        [("note", "2", "3")],
        [("note", "1", "2")],
    ]
    older = page.context["older"].revision.number
    again = curating.get(address(license, "history"), {"before": older})
    assert [v.kind for v in again.context["versions"]] == ["Changed", "Added"]
    assert again.context["older"] is None


def test_it_asks_a_constant_number_of_queries(curating, django_assert_num_queries):
    with editing():
        licenses = [make_license() for _ in range(4)]
        model = make_model("owner/model", license=licenses[0])
    for number, license in enumerate(licenses[1:]):
        with editing() as opened:
            model.license = license
            opened.save(model)
            opened.save(ModelAlias(name=f"alias-{number}", model=model))
        with django_assert_num_queries(7):
            curating.get(address(model, "history"))


def test_it_is_not_there_for_what_never_existed(curating):
    for pk in ("999", "x", "9" * 30):
        for page in ("history/", "history/revert/"):
            assert curating.get(f"/admin/policies/license/{pk}/{page}").status_code == 404


def test_it_reverts_through_the_impact_with_a_reason_that_says_so(curating, curator):
    license = make_license("open", note="Read.")
    make_model(license=license)
    save(license, basis=CLOSED, note="Misread.")
    first, _ = numbers(license)
    response = revert(curating, license, first)
    assert is_impact(response)
    page = response.content.decode()
    assert "Back to editing" not in page
    posted = fields_of(response, "impact_form")
    when = Revision.objects.get(number=first).at
    assert posted["reason"] == f"Revert to version 1 of {when:%Y-%m-%d} (revision {first})"
    assert License.objects.get().basis == CLOSED

    refused = confirm(curating, response, reason=" ")
    assert "Say why" in refused.content.decode()
    done = confirm(curating, refused, reason="Section 2 was overlooked.")
    assert done.url == address(license, "history")
    stored = License.objects.get()
    assert (stored.basis, stored.note, stored.version) == ("permissive-open-weights", "Read.", 3)
    newest = Revision.objects.current()
    assert (newest.user, newest.reason) == (curator, "Section 2 was overlooked.")
    assert "is again as in version 1" in said(curating.get(done.url))[0]
    assert_invariants()


def test_it_goes_back_to_the_history_from_the_impact(curating):
    license = make_license("open")
    make_model(license=license)
    save(license, basis=CLOSED)
    data = fields_of(revert(curating, license, numbers(license)[0]), "impact_form")
    response = curating.post(address(license, "revert"), data | {"_edit": "1"}, follow=True)
    assert response.redirect_chain[-1][0] == address(license, "history")
    assert License.objects.get().basis == CLOSED


def test_it_reverts_at_once_where_no_answer_changes(curating):
    family = make_family("fam", internal_note="Old.")
    save(family, internal_note="New.")
    first, second = numbers(family)
    assert revert(curating, family, first).status_code == 302
    assert Family.objects.get().internal_note == "Old."
    assert Revision.objects.current().reason.startswith("Revert to version 1 of 20")

    newest = Revision.objects.current_number()
    response = revert(curating, family, first)
    assert "already: nothing was saved." in said(curating.get(response.url))[-1]
    assert Revision.objects.current_number() == newest
    assert second < newest


def test_it_brings_a_deleted_record_back(curating):
    provider = make_provider("host", internal_note="Kept.")
    with editing() as opened:
        opened.delete(Provider.objects.get())
    page = curating.get(address(provider, "history")).content.decode()
    assert f'was deleted with <a href="/revisions/{opened.number}/">' in page
    assert "Recording" not in page
    response = revert(curating, provider, numbers(provider)[0])
    assert response.url == address(provider, "history")
    again = Provider.objects.get()
    assert (again.pk, again.internal_note, again.version) == (provider.pk, "Kept.", 2)
    assert [v.kind for v in versions_of(Provider, again.pk)] == [
        "Recorded again",
        "Deleted",
        "Added",
    ]


def test_it_says_in_the_impact_what_would_come_back(curating):
    route = make_route(make_model("owner/m"), make_provider("host"))
    with editing() as opened:
        opened.delete(Route.objects.get())
    response = revert(curating, route, numbers(route)[0])
    page = response.content.decode()
    assert "would be recorded again" in page
    assert f'href="/routes/{route.pk}/"' not in page
    confirm(curating, response)
    assert Route.objects.get().pk == route.pk
    assert opened.number < Revision.objects.current_number()
    assert_invariants()


def test_it_names_a_route_whose_provider_is_gone_too(curating):
    route = make_route(make_model("owner/m"), make_provider("host"), provider_model_id="m")
    with editing() as opened:
        opened.delete(Route.objects.get())
        opened.delete(Provider.objects.get())
    assert "<h1>History: m at host</h1>" in curating.get(address(route, "history")).content.decode()
    response = revert(curating, route, numbers(route)[0])
    (sentence,) = said(curating.get(response.url, follow=True))
    assert sentence == "The route “m at host” would name the provider “host”, which is deleted."


def test_it_says_why_a_record_cannot_be_reverted(curating):
    spare = make_license("spare", basis="provider-terms-unknown")
    family = make_family("fam", license=spare)
    save(family, license=None)
    with editing() as opened:
        opened.delete(License.objects.get())
    response = revert(curating, family, numbers(family)[0])
    (sentence,) = said(curating.get(response.url, follow=True))
    assert sentence == "The family “fam” would name the license “spare”, which is deleted."
    assert Revision.objects.current_number() == opened.number


def test_it_names_the_versions_that_one_can_revert_to(curating):
    family = make_family("fam")
    response = revert(curating, family, 99)
    (sentence,) = said(curating.get(response.url))
    assert sentence.startswith("to: “99” is no revision after which this record stood")


def test_it_lets_only_those_revert_who_may_write(reading, client):
    family = make_family("fam", internal_note="Old.")
    save(family, internal_note="New.")
    page = reading.get(address(family, "history"))
    assert page.status_code == 200
    assert "Revert" not in page.content.decode()
    assert revert(reading, family, numbers(family)[0]).status_code == 403
    assert "/login/" in revert(client, family, numbers(family)[0]).url
    assert Family.objects.get().internal_note == "New."
