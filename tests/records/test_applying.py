"""All of a file in one revision, with its history; nothing of it where something is wrong or has moved."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from policies.catalog.people import People
from policies.models import License, PolicyChange, Revision
from policies.records.applying import ImportRefused, import_file, rehearse
from policies.records.columns import KINDS
from policies.records.reading import read_file
from policies.revisions import ReasonRequired, revision
from tests.catalog.files import stored_rows
from tests.factories import (
    ALLOWS,
    RESTRICTS,
    SILENT,
    editing,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
    save,
)
from tests.invariants import assert_invariants
from tests.records.files import bring, csv_of, exported, rows_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def governed():
    """A license that governs one model and its two routes at one provider."""
    record = make_license("open", ALLOWS)
    model = make_model("owner/open-model", license=record)
    provider = make_provider()
    make_route(model=model, provider=provider)
    make_route(model=model, provider=provider)
    return record


def restricting() -> bytes:
    """The export with one basis changed, and a new license."""
    rows = rows_of(exported())
    rows[0]["basis"] = RESTRICTS
    given = {"slug": "new", "name": "New", "basis": SILENT, "evidence": "none", "note": "=1+1"}
    new = {**dict.fromkeys(rows[0], ""), **given}
    return csv_of([*rows, new])


def file_of(content: bytes):
    return read_file(content, KINDS["license"])


def token_of(file) -> str:
    with rehearse(file) as outcome:
        return outcome.token


def test_it_rehearses_without_writing(governed):
    before = stored_rows()
    with rehearse(file_of(restricting())) as outcome:
        (way,) = outcome.effects.directions()
        kinds = [example.kind for example in outcome.effects.examples(50)]
    assert stored_rows() == before
    assert way == ("allowed", "disallowed", True, 2, 1, 1)
    assert kinds == ["model", "route", "route"]
    assert outcome.planned.ahead == "add 1 and change 1 license"


def test_it_writes_all_of_it_in_one_revision(governed):
    user = User.objects.create_user("ada")
    opened = import_file(file_of(restricting()), actor=user, reason="Section 2.")
    newest = Revision.objects.current()
    assert opened.committed
    assert (newest.number, newest.via, newest.user) == (opened.number, "import", user)
    assert newest.reason == "Section 2."
    governed.refresh_from_db()
    assert (governed.basis, governed.version) == (RESTRICTS, 2)
    new = License.objects.get(slug="new")
    assert (new.basis, new.note, new.version) == (SILENT, "=1+1", 1)
    for record, kind in ((governed, "~"), (new, "+")):
        version = record.history.first()
        assert (version.revision_id, version.history_type) == (opened.number, kind)
        assert (version.history_user, version.history_change_reason) == (user, "Section 2.")
    assert PolicyChange.objects.get(revision=opened.number).routes == 2
    assert_invariants()


def test_it_is_done_with_a_file_once_it_is_imported(governed):
    content = restricting()
    rows = rows_of(content)
    bring(content)
    for row in rows:
        row["version"] = str(License.objects.get(slug=row["slug"]).version)
    after = stored_rows()
    assert not bring(csv_of(rows)).committed
    assert not bring(content).committed
    assert stored_rows() == after


def test_it_writes_nothing_of_a_file_with_one_error(governed):
    content = restricting() + b"new-2,,,,nonsense" + b"," * (len(KINDS["license"].columns) - 5)
    before = stored_rows()
    with pytest.raises(ImportRefused, match="has errors"):
        bring(content)
    with rehearse(file_of(content)) as outcome:
        assert not outcome.effects.plan
    assert stored_rows() == before


def test_it_asks_for_a_reason_where_answers_change(governed):
    before = stored_rows()
    with pytest.raises(ReasonRequired):
        bring(restricting(), reason=" ")
    assert stored_rows() == before
    rows = rows_of(exported())
    rows[0]["publisher"] = "Somebody"
    assert bring(csv_of(rows), reason="").committed


def test_it_does_what_was_shown(governed):
    file = file_of(restricting())
    token = token_of(file)
    make_license("unrelated")
    assert import_file(file, actor="ada", reason="Yes.", shown=token).committed
    assert_invariants()


def move_the_record(governed):
    save(governed, note="Theirs.")


def move_a_new_route_in(governed):
    make_route(model=governed.models.get())


def exchange_the_models(governed):
    """As many models and routes as before, but others."""
    other = make_model(license=None)
    make_route(model=other)
    make_route(model=other)
    with editing() as opened:
        for model, license in ((governed.models.get(), None), (other, governed)):
            model.license = license
            opened.save(model)


@pytest.mark.parametrize("move", [move_the_record, move_a_new_route_in, exchange_the_models])
def test_it_does_not_do_what_was_not_shown(governed, move):
    rows = rows_of(exported())
    rows[0]["basis"] = RESTRICTS
    del rows[0]["version"]
    file = file_of(csv_of(rows))
    token = token_of(file)
    move(governed)
    before = stored_rows()
    if move is move_the_record:  # the note that the file still has would be put back
        rows[0]["note"] = "Theirs."
    with pytest.raises(ImportRefused, match="somebody saved records since you looked"):
        import_file(file, actor="ada", reason="Yes.", shown=token)
    assert stored_rows() == before


@pytest.mark.parametrize("token", ["x", "-", "²-", "1-x"])
def test_it_takes_a_mangled_confirmation_for_none(governed, token):
    with pytest.raises(ImportRefused):
        import_file(file_of(restricting()), actor="ada", reason="Yes.", shown=token)


def test_it_refuses_a_row_that_went_stale_under_the_lock(governed):
    file = file_of(restricting())
    save(governed, note="Theirs.")
    with pytest.raises(ImportRefused):
        import_file(file, actor="ada", reason="Yes.")


def test_it_undoes_all_where_the_history_cannot_be_written(governed, monkeypatch):
    before = stored_rows()

    def broken(*args):
        raise RuntimeError("disk full")

    monkeypatch.setattr("policies.revisions.write_versions", broken)
    with pytest.raises(RuntimeError):
        bring(restricting())
    assert stored_rows() == before


def test_it_counts_as_a_persons_edit_for_later_catalogs(governed):
    """A catalog leaves alone what somebody imported from a spreadsheet, and not what a catalog did."""
    with revision(actor="load_starter", reason="Load", via="import") as opened:
        opened.save(License(slug="from-catalog", name="From a catalog"))
    rows = [row for row in rows_of(exported()) if row["slug"] == "from-catalog"]
    rows[0]["note"] = "Read by a person."
    bring(csv_of(rows))
    people, pk = People(License), License.objects.get(slug="from-catalog").pk
    assert people.hold(pk, "note")
    assert not people.hold(pk, "name")


def test_it_asks_as_many_queries_for_many_rows_as_for_few(governed, django_assert_max_num_queries):
    make_terms()
    rows = [{"slug": f"new-{n}", "name": "New"} for n in range(300)]
    with django_assert_max_num_queries(45):
        bring(csv_of(rows))
