"""The rules page repeats the table that decides."""

import pytest

from policies.bases import LAYER_BASES, STANDARD_LABELS, Basis, Layer
from policies.rules import RULES, RULES_VERSION
from policies.views import rules as view

pytestmark = pytest.mark.django_db


def rows(page, caption):
    (table,) = [t for t in page.find("table") if page.text(t.find("caption")) == caption]
    return [[page.text(cell) for cell in row] for row in table.find("tbody")]


def test_it_shows_every_rule_in_order(visit):
    page = visit("/rules/")
    (rail,) = page.find("ol", "trace")
    shown = [page.text(item) for item in rail]

    assert len(shown) == len(RULES)
    for rule, text in zip(RULES, shown, strict=True):
        assert text == f"{rule.number} {rule.title} {rule.sentence} {rule.code}"
    assert f"Version {RULES_VERSION}." in page.main()


def test_it_would_show_another_table(visit, monkeypatch):
    monkeypatch.setattr(view, "RULES", RULES[:2])

    assert len(list(visit("/rules/").find("ol", "trace")[0])) == 2


def test_it_shows_each_basis_with_its_status_and_layers(visit):
    shown = {row[0]: row[1:] for row in rows(visit("/rules/"), "Bases")}

    assert list(shown) == Basis.values
    for basis in Basis:
        status, meaning, layers = shown[basis.value]
        assert (status, meaning) == (basis.status.label, basis.meaning)
        assert layers == ", ".join(layer.label for layer in basis.recorded_by)


def test_it_shows_the_standard_label_of_each_layer_and_basis(visit):
    shown = {(row[1], row[2]): row[0] for row in rows(visit("/rules/"), "Standard labels")}
    expected = {
        (layer.label, basis.value): STANDARD_LABELS[layer, basis]
        for layer in (Layer.LICENSE, Layer.TERMS)
        for basis in LAYER_BASES[layer]
    }

    assert shown == expected


def test_it_marks_itself_in_the_navigation(visit):
    page = visit("/rules/")

    assert [page.text(a) for a in page.find("a") if a.get("aria-current") == "page"] == ["Rules"]


def test_it_costs_one_query(visit, django_assert_num_queries):
    with django_assert_num_queries(1):
        visit("/rules/")
