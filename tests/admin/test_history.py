"""The history page of a record: versions with their revision, and what each changed."""

from __future__ import annotations

import pytest

from policies.admin import history
from policies.admin.history import versions_of
from policies.models import Family, License, TextModel
from tests.admin.pages import address
from tests.factories import editing, make_family, make_license, make_model, save

pytestmark = pytest.mark.django_db


def test_it_tells_what_each_revision_changed(curating):
    license = make_license("open", note="First.")
    save(license, note="Second.", evidence="text-read")
    newest, oldest = versions_of(license)
    assert (newest.kind, oldest.kind) == ("Changed", "Added")
    assert set(newest.edits) == {
        ("note", "First.", "Second."),
        ("evidence", "Not read", "Text read"),
    }
    assert oldest.edits == []
    page = curating.get(address(license, "history")).content.decode()
    assert "<del>First.</del>" in page
    assert "<ins>Second.</ins>" in page
    assert f'href="/revisions/{newest.past.revision_id}/"' in page
    assert "<td>Test</td>" in page
    assert "tester" in page


def test_it_names_documents_and_survives_those_that_are_gone(curating):
    gone = make_license("gone", basis="provider-terms-unknown")
    family = make_family("fam", license=gone)
    save(family, license=None)
    with editing() as opened:
        opened.delete(License.objects.get(pk=gone.pk))
    (newest, _) = versions_of(Family.objects.get(pk=family.pk))
    assert newest.edits == [("license", "–", "–")]
    assert curating.get(address(family, "history")).status_code == 200


def test_it_leaves_out_what_is_computed():
    model = make_model("owner/model")
    save(model, license=make_license("open"))
    (newest, _) = versions_of(TextModel.objects.get(pk=model.pk))
    assert newest.edits == [("license", "–", "open")]


def test_it_shows_the_newest_versions_alone_and_still_compares_the_last(monkeypatch):
    monkeypatch.setattr(history, "SHOWN", 2)
    license = make_license("open", note="0")
    for number in range(1, 4):
        save(license, note=str(number))
    versions = versions_of(license)
    assert [version.edits for version in versions] == [[("note", "2", "3")], [("note", "1", "2")]]


def test_it_asks_a_constant_number_of_queries(curating, django_assert_num_queries):
    license = make_license("open", note="0")
    curating.get(address(license, "history"))
    for number in range(1, 4):
        save(license, note=str(number))
        with django_assert_num_queries(6):
            curating.get(address(license, "history"))


def test_it_is_not_there_for_what_does_not_exist(curating):
    assert curating.get("/admin/policies/license/999/history/").status_code == 404
