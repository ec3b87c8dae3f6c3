"""Conditions in a document's form: a row for each kind, nothing lost, nothing invented."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict

from policies.admin.conditions import (
    ConditionsField,
    ConditionsWidget,
    in_stored_order,
    written_out,
)
from policies.bases import ConditionKind
from policies.models import License
from tests.admin.pages import address, fields_of, open_form, save_form
from tests.factories import assert_sound, make_license, save

NAMING = {"kind": "naming", "detail": "say Foo"}
ATTRIBUTION = {"kind": "attribution", "detail": ""}


def posted(**rows: tuple[bool, str]) -> QueryDict:
    """What a browser posts for these rows; kinds are written with an underscore."""
    data = QueryDict(mutable=True)
    for name, (ticked, detail) in rows.items():
        prefix = f"conditions-{name.replace('_', '-')}"
        data[f"{prefix}-detail"] = detail
        if ticked:
            data[f"{prefix}-on"] = "on"
    return data


def cleaned(data: QueryDict) -> list:
    """The conditions that the field makes of a POST."""
    return ConditionsField().clean(ConditionsWidget().value_from_datadict(data, {}, "conditions"))


def test_it_has_a_row_for_every_kind_and_two_for_a_kind_recorded_twice():
    twice = [NAMING, {"kind": "naming", "detail": "say Bar"}, ATTRIBUTION]
    html = ConditionsWidget().render("conditions", twice)
    for kind in ConditionKind.values:
        assert f'name="conditions-{kind}-1-detail"' in html
    assert html.count(" checked") == 3
    assert 'value="say Foo"' in html
    assert 'name="conditions-naming-2-on"' in html


def test_it_takes_ticked_rows_with_and_without_detail():
    data = posted(
        naming_1=(True, " say Foo "), naming_2=(True, "say Bar"), attribution_1=(True, "")
    )
    assert cleaned(data) == [ATTRIBUTION, NAMING, {"kind": "naming", "detail": "say Bar"}]


def test_it_asks_about_a_detail_without_a_tick():
    with pytest.raises(ValidationError, match="“Naming” has a detail but is not ticked"):
        cleaned(posted(naming_1=(False, "say Foo")))


@pytest.mark.parametrize("detail", ["x" * 501, "a\0b"])
def test_it_refuses_a_detail_that_cannot_be_stored(detail):
    with pytest.raises(ValidationError, match="at most 500"):
        cleaned(posted(naming_1=(True, detail)))


def test_it_takes_nothing_from_an_empty_form():
    assert cleaned(posted()) == []
    assert ConditionsField().clean(None) == []


def test_it_knows_whether_its_rows_were_posted():
    widget = ConditionsWidget()
    assert widget.value_omitted_from_data({}, {}, "conditions")
    assert not widget.value_omitted_from_data(posted(naming_1=(False, "")), {}, "conditions")


def test_it_sees_no_change_in_another_order():
    field = ConditionsField()
    assert not field.has_changed([NAMING, ATTRIBUTION], [ATTRIBUTION, NAMING])
    assert field.has_changed([NAMING], [{"kind": "naming", "detail": "say Bar"}])
    assert field.has_changed([NAMING], [])


def test_it_keeps_the_stored_order_and_puts_new_kinds_last():
    assert in_stored_order([ATTRIBUTION, NAMING], [NAMING]) == [NAMING, ATTRIBUTION]


def test_it_writes_conditions_out():
    assert written_out([NAMING, ATTRIBUTION]) == "Naming: say Foo; Attribution"


@pytest.mark.django_db
class TestInTheForm:
    def test_it_saves_nothing_where_only_the_order_of_kinds_differs(self, curating):
        record = make_license("open", conditions=[NAMING, ATTRIBUTION])
        assert save_form(curating, record).status_code == 302
        record.refresh_from_db()
        assert (record.conditions, record.version) == ([NAMING, ATTRIBUTION], 1)

    def test_it_adds_changes_and_removes(self, curating):
        record = make_license("open", conditions=[NAMING, ATTRIBUTION])
        data = open_form(curating, record)
        data.pop("conditions-attribution-1-on")
        data |= {
            "conditions-naming-1-detail": "say Bar",
            "conditions-share-alike-1-on": "on",
        }
        assert curating.post(address(record), data).status_code == 302
        record.refresh_from_db()
        assert record.conditions == [
            {"kind": "naming", "detail": "say Bar"},
            {"kind": "share-alike", "detail": ""},
        ]
        assert_sound()

    def test_it_keeps_the_input_of_a_refused_form(self, curating):
        record = make_license("open")
        response = save_form(curating, record, **{"conditions-naming-1-detail": "say Foo"})
        assert "not ticked" in response.content.decode()
        data = fields_of(response, "license_form")
        assert data["conditions-naming-1-detail"] == "say Foo"
        assert License.objects.get().conditions == []

    def test_it_escapes_what_was_typed(self, curating):
        record = make_license("open")
        save(record, conditions=[{"kind": "naming", "detail": '"><script>x</script>'}])
        page = curating.get(address(record)).content.decode()
        assert "<script>x" not in page
