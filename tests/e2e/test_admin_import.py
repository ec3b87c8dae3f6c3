"""A spreadsheet through the admin in a browser: out, edited with an error, shown, mended, confirmed."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from policies.models import License, Revision, Route
from tests.e2e.axe_allowed import unexplained
from tests.invariants import assert_invariants

pytestmark = pytest.mark.e2e

LICENSES = "/admin/policies/license/"


def edited(source: str, target: Path, **cells: str) -> Path:
    """The downloaded file as a spreadsheet would save it, with other cells in the row of Llama 3.1."""
    rows = list(csv.DictReader(io.StringIO(source)))
    for row in rows:
        if row["slug"] == "llama-3.1":
            row.update(cells)
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return target


def download(page, tmp_path: Path) -> str:
    """What the list's button gives."""
    with page.expect_download() as started:
        page.get_by_role("link", name="Download CSV").click()
    path = tmp_path / "licenses.csv"
    started.value.save_as(path)
    return path.read_text(encoding="utf-8-sig")


def statuses() -> dict[int, str]:
    return dict(Route.objects.values_list("pk", "policy__status"))


@pytest.mark.parametrize(
    ("theme", "width", "javascript"), [("light", 1280, True), ("dark", 390, False)]
)
def test_it_takes_a_curator_from_an_error_through_the_fix_to_the_flips(
    visit, curator, tmp_path, theme, width, javascript
):
    before = statuses()
    visitor = visit(theme=theme, width=width, user=curator, javascript=javascript)
    page = visitor.open(LICENSES)
    source = download(page, tmp_path)
    page.get_by_role("link", name="Import", exact=True).click()

    wrong = edited(source, tmp_path / "wrong.csv", basis="no-distillation", note="Read again.")
    page.set_input_files("input[type=file]", wrong)
    page.get_by_role("button", name="Show what it would change").click()
    page.get_by_role("heading", name="What is wrong with this file").wait_for()
    problem = page.get_by_role("main").inner_text()
    assert "no-distillation" in problem
    assert "closed-provider-restriction" in problem
    assert_seen_by_everybody(visitor, javascript=javascript)
    assert statuses() == before

    visitor.console.clear()
    basis = "provider-output-use-restriction"
    right = edited(source, tmp_path / "right.csv", basis=basis, note="Read again.")
    page.set_input_files("input[type=file]", right)
    page.get_by_role("button", name="Show what it would change").click()
    page.get_by_role("heading", name="What this import would change").wait_for()
    shown = page.get_by_role("main").inner_text()
    assert "62 routes and 17 models" in shown
    assert "Read again." in shown
    assert_seen_by_everybody(visitor, javascript=javascript)
    assert statuses() == before
    assert Revision.objects.current_number() == 1

    page.fill("#id_reason", "Section 1.b.i, read again in the spreadsheet.")
    page.get_by_role("button", name="Change 1 license").click()
    page.get_by_text("got another answer").wait_for()
    license = License.objects.get(slug="llama-3.1")
    assert (license.basis, license.note) == (basis, "Read again.")
    newest = Revision.objects.current()
    assert (newest.number, newest.actor) == (2, "curator")
    assert newest.reason == "Section 1.b.i, read again in the spreadsheet."
    flipped = {pk for pk, status in statuses().items() if status != before[pk]}
    assert len(flipped) == 62
    assert_invariants()


def assert_seen_by_everybody(visitor, *, javascript: bool) -> None:
    """No sideways scrolling; where scripts run, which axe is one of, nothing inaccessible or stopped."""
    assert not visitor.overflows()
    if javascript:
        assert visitor.csp_complaints() == []
        assert unexplained(visitor.violations()) == []
