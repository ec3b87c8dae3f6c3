"""Out and in again: an export that nobody edited changes nothing, whatever stands in the records."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from policies.bases import ConditionKind
from policies.models import License, ProviderTerms, Revision
from policies.records import conditions
from policies.records.columns import KINDS
from policies.records.writing import FORMATS
from policies.revisions import _own_columns
from tests.factories import SILENT, assert_sound, make_license, make_terms
from tests.records.files import bring, exported, planned, rows_of

BOTH = pytest.mark.parametrize("format", FORMATS)
ODD = [
    "=1+1",
    "+49",
    "-5",
    "@SUM(A1)",
    "\ttab",
    "\rreturn",
    "'quoted",
    "''twice",
    "'=1",
    'say "no"',
    "two\nlines",
    "two\r\nlines",
    "semi;colon, comma\ttab",
    "Ünïcödé ß 名前 🙂",
    " blanks around ",
    "\\",
    "\ufeff",
    "\u2028",
    "sep=;",
]


@pytest.mark.django_db
def test_it_takes_the_starter_back_without_a_change():
    call_command("load_starter", verbosity=0)
    before = Revision.objects.current_number()
    for code, format in product(KINDS, FORMATS):
        content = exported(code, format)
        plan = planned(content, code)
        assert plan.problems == []
        assert plan.writing == []
        assert plan.unchanged == KINDS[code].table.objects.count() > 30
        assert not bring(content, code).committed
    assert Revision.objects.current_number() == before


@pytest.mark.django_db
@BOTH
def test_it_takes_every_odd_text_back(format):
    for number, text in enumerate(ODD):
        make_license(
            f"odd-{number}",
            name=text,
            label=text,
            note=text,
            quote=text * 100,
            verified_by=text,
            publisher=text,
            conditions=[{"kind": "naming", "detail": text}, {"kind": "territory", "detail": ""}],
            review_by=date(2027, 1, number + 1),
        )
    plan = planned(exported(format=format))
    assert (plan.problems, plan.writing, plan.unchanged) == ([], [], len(ODD))


@pytest.mark.django_db
@BOTH
def test_it_brings_every_field_into_an_empty_table(format):
    make_terms(
        "full",
        "provider-output-use-terms",
        name="Full terms",
        label="-label",
        note="A note.",
        internal_note="=doubt",
        quote="“Verbatim”\nin two lines",
        quote_section="3.3(e)",
        conditions=[{"kind": "attribution", "detail": "a; b"}],
        evidence="text-read",
        verified_on=date(2026, 2, 1),
        verified_by="Ada",
        review_by=date(2027, 2, 1),
        subject_to_license=False,
        clause_kind="broad-output-grant",
        effective="2026-01-01",
        scope="enterprise",
    )
    columns = [name for name in KINDS["terms"].columns if name != "version"]
    before = ProviderTerms.objects.values(*columns).get()
    content = exported("terms", format).replace(b"full", b"copied")
    if format == "csv":
        content = content.replace(b"copied,1,", b"copied,,")
    else:
        content = content.replace(b'"version": 1,', b'"version": null,')
    bring(content, "terms")
    after = ProviderTerms.objects.values(*columns).get(slug="copied")
    link = before["source_url"].replace("full", "copied")
    assert after == {**before, "slug": "copied", "name": "Full terms", "source_url": link}
    assert_sound()


@pytest.mark.django_db
def test_it_defuses_formulas_for_spreadsheets():
    make_license("danger", note="=HYPERLINK(1)")
    assert b",'=HYPERLINK(1)," in exported()
    (row,) = rows_of(exported())
    assert row["note"] == "=HYPERLINK(1)"


@pytest.mark.django_db
def test_it_tells_excel_that_the_file_is_utf8():
    assert exported().startswith(b"\xef\xbb\xbfslug,version,name,")


@pytest.mark.parametrize("code", KINDS)
def test_it_has_a_column_for_everything_that_an_edit_may_change(code):
    kind = KINDS[code]
    assert set(kind.columns) == {*_own_columns(kind.table()), "version"}


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "kind": st.sampled_from(ConditionKind.values),
                "detail": st.text(
                    st.characters(exclude_characters="\0") | st.sampled_from(";\\: \n")
                ),
            }
        )
    )
)
def test_it_gives_every_condition_back(entries):
    assert conditions.read(conditions.written(entries)) == entries


def test_it_writes_conditions_as_a_curator_would():
    entries = [{"kind": "naming", "detail": "Llama; only"}, {"kind": "share-alike", "detail": ""}]
    assert conditions.written(entries) == r"naming: Llama\; only; share-alike"
    assert conditions.read(r" naming :Llama\; only ;share-alike; ") == entries


@pytest.mark.django_db
def test_it_takes_a_document_that_says_nothing():
    make_license("silent", SILENT, source_url="")
    assert planned(exported()).unchanged == License.objects.count() == 1
