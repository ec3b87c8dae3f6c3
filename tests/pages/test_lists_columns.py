"""Columns to choose: named in the address, in the list's own order, the first always there."""

import pytest
from django.http import QueryDict

from policies.filters import ModelContract
from policies.models import TextModel
from policies.views.document_lists import LicenseList, ProviderList, TermsList
from policies.views.groups import FamilyList, OwnerList
from policies.views.lists import ModelList, RouteList
from tests.factories import make_family
from tests.pages.test_lists import make_catalog

pytestmark = pytest.mark.django_db

PAGES = [ModelList, RouteList, LicenseList, TermsList, ProviderList, FamilyList, OwnerList]


def heads(page):
    return [page.text(th) for th in page.find("th") if th.get("scope") == "col"]


def test_it_shows_the_chosen_columns_in_the_lists_own_order(visit):
    make_catalog()
    page = visit("/models/?columns=note,context,status")
    assert heads(page) == ["Model ↑", "Status", "Context", "Note"]
    assert page.texts("tr")[1].startswith("Open 0lab/open-0 Allowed")
    assert page.texts("td", "long")[0] == "–"


def test_it_takes_the_columns_as_a_form_sends_them(visit):
    make_catalog()
    page = visit("/routes/?columns=model&columns=terms&columns=status&sort=provider")
    assert heads(page) == ["Model", "Status", "Terms"]
    assert page.links()["Status"] == "?sort=status&columns=model%2Cterms%2Cstatus"
    assert page.links()["The usual columns"] == "?sort=provider"


def test_it_keeps_the_columns_with_every_other_change(visit):
    make_catalog()
    page = visit("/models/?columns=note")
    assert page.links()["Allowed2"] == "?columns=note&status=allowed"
    assert page.links()["CSV"] == "?columns=note&format=csv"


def test_it_offers_every_column_in_a_form_that_needs_no_script(visit):
    make_catalog()
    page = visit("/models/?owner=Lab&columns=status")
    [form] = [f for f in page.find("form") if "panel" in (f.get("class") or "")]
    boxes = [e for e in form.iter("input") if e.get("type") == "checkbox"]
    assert [e.get("value") for e in boxes] == [c.name for c in ModelContract.vocabulary[1:]]
    assert [e.get("value") for e in boxes if e.get("checked") is not None] == ["status"]
    hidden = [(e.get("name"), e.get("value")) for e in form.iter("input") if e not in boxes]
    assert hidden == [("owner", "Lab"), ("columns", "model")]


@pytest.mark.parametrize("columns", ["colour", "status,", "status,,note", "Status", "model;note"])
def test_it_refuses_a_column_that_is_none(columns):
    contract = ModelContract(QueryDict(f"columns={columns}"), TextModel.objects.all())
    [problem] = contract.problems
    assert problem.name == "columns"
    assert "is not a column of this list" in problem.sentence
    assert problem.accepted == tuple(column.name for column in ModelContract.vocabulary)


@pytest.mark.parametrize("page_class", PAGES, ids=lambda page: page.name)
def test_it_draws_every_column_under_its_own_head(page_class, visit):
    """As many cells as heads in each row, for the columns alone and all together."""
    make_catalog()
    make_family()
    names = [column.name for column in page_class.contract_class.vocabulary]
    for asked in (names[0], ",".join(names[1::2]), ",".join(names)):
        page = visit(f"/{page_class.name}/?columns={asked}")
        rows = page.find("tr")
        assert {len(list(row)) for row in rows} == {len(heads(page))}
    assert page_class.own_cells <= set(names)


@pytest.mark.parametrize("page_class", PAGES, ids=lambda page: page.name)
def test_it_names_each_column_and_each_field_of_a_file_once(page_class):
    vocabulary = page_class.contract_class.vocabulary
    names = [column.name for column in vocabulary]
    fields = [name for column in vocabulary for name, _ in column.fields]
    sorts = [column.sort_name for column in vocabulary]
    for listed in (names, fields, sorts):
        assert len(listed) == len(set(listed))


@pytest.mark.parametrize("name", ["models", "routes", "licenses", "terms", "providers"])
def test_it_asks_no_more_queries_for_more_columns(
    name, client, settings, django_assert_max_num_queries
):
    settings.PUBLIC_READ = True
    make_catalog(5)
    [page] = [page for page in PAGES if page.name == name]
    asked = ",".join(column.name for column in page.contract_class.vocabulary)
    with django_assert_max_num_queries(9):
        assert client.get(f"/{name}/?columns={asked}").status_code == 200
