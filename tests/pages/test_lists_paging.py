"""Paging: every row once, in the order of every sort, whatever else comes and goes meanwhile."""

import random
import re
from datetime import date

import pytest
from django.db import connection
from django.http import QueryDict

from policies.filters import (
    DocumentContract,
    FamilyContract,
    ListContract,
    ModelContract,
    OwnerContract,
    ProviderContract,
    RouteContract,
    TermsContract,
)
from policies.models import License, Provider, ProviderTerms, Route, TextModel
from policies.views.groups import families, owners
from tests.factories import (
    ALLOWS,
    CLOSED,
    PERMITS,
    RESTRICTS,
    SILENT,
    editing,
    make_family,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
    save,
)

pytestmark = [pytest.mark.django_db, pytest.mark.uncounted]

LISTS = {
    "models": (ModelContract, TextModel.objects.all),
    "routes": (RouteContract, Route.objects.all),
    "licenses": (DocumentContract, License.objects.all),
    "terms": (TermsContract, ProviderTerms.objects.all),
    "providers": (ProviderContract, Provider.objects.all),
    "families": (FamilyContract, families),
    "owners": (OwnerContract, owners),
}
KINDS = ["attribution", "naming"]


def key_of(row):
    return row.pk


class Reader:
    """Walks a list page by page, as the links lead."""

    def __init__(self, name, query=""):
        self.kind, self.rows = LISTS[name]
        self.query = query

    def contract(self, **place):
        data = QueryDict(self.query, mutable=True)
        data.update(place)
        contract = self.kind(data, self.rows())
        assert contract.problems == []
        return contract

    def everything(self):
        return [key_of(row) for row in self.contract().ordered()]

    def page(self, count, **place):
        return self.contract(**place).slice(count)

    def forward(self, count):
        pages = [self.page(count)]
        while pages[-1].next:
            pages.append(self.page(count, after=pages[-1].next))
        return pages

    def backward(self, count, last):
        pages = [last]
        while pages[-1].previous:
            pages.append(self.page(count, before=pages[-1].previous))
        return pages[::-1]


@pytest.fixture
def three_a_page(monkeypatch):
    monkeypatch.setattr(ListContract, "size", 3)


@pytest.fixture(scope="module")
def catalog(kept):
    """Rows with equal and with missing values in every column: ties are what paging breaks on."""
    with editing():
        return _catalog(random.Random(7))


def _document(make, bases, n, chance):
    return make(
        basis=bases[n % len(bases)],
        name=f"Name {n % 3}",
        evidence=["none", "secondary", "text-read"][n % 3],
        verified_on=date(2026, 1, 1 + n % 3) if n % 2 else None,
        verified_by="curator-1" if n % 2 else "",
        review_by=date(2027, 1, 1) if n % 3 else None,
        label="Own label" if n % 4 == 0 else "",
        note=f"Note {n % 2}",
        quote="“Quoted”" if n % 2 else "",
        conditions=[{"kind": kind, "detail": ""} for kind in KINDS[: chance.randrange(3)]],
    )


def _catalog(chance):
    licenses = [_document(make_license, [ALLOWS, CLOSED, SILENT], n, chance) for n in range(7)]
    terms = [_document(make_terms, [RESTRICTS, PERMITS, SILENT], n, chance) for n in range(7)]
    lines = [make_family(license=chance.choice([None, *licenses])) for _ in range(5)]
    hosts = [
        make_provider(terms=chance.choice([None, *terms]), name=f"Host {n % 2}", docs_url="")
        for n in range(7)
    ]
    for n in range(11):
        model = make_model(
            f"lab/Model-{n}" if n % 2 else f"model-é-{n}",
            chance.choice([None, *licenses]),
            owner=f"Lab {n % 4}" if n % 4 else "",
            family=chance.choice([None, *lines]),
            name=f"Model {n % 3}",
            context_length=chance.choice([None, 0, 8192]),
            release_date=chance.choice(["", "2026-01", "2026-01-15"]),
        )
        for host in chance.sample(hosts, n % 4):
            make_route(
                model,
                host,
                provider_model_id=f"id-{n % 3}-{n}",
                terms=chance.choice([None, *terms]),
                available=bool(n % 3),
            )


@pytest.mark.parametrize("name", LISTS)
def test_it_walks_every_sort_of_every_list_forth_and_back(name, catalog, monkeypatch):
    """Each row once, the counted positions exact, and the other direction its exact reverse.

    Long lists in three pages: with none before it, between two, and with none after it.
    """
    size = 5 if name in ("models", "routes") else 3
    monkeypatch.setattr(ListContract, "size", size)
    for sort in LISTS[name][0].order_keys():
        orders = []
        for direction in ("", "-"):
            reader = Reader(name, f"sort={direction}{sort}")
            expected = reader.everything()
            count = len(expected)
            assert count == len(set(expected)) > 3
            pages = reader.forward(count)
            assert len(pages) == (3 if size == 5 else -(-count // 3))
            assert [key for page in pages for key in page.keys] == expected
            assert [page.start for page in pages] == list(range(0, count, size))
            back = reader.backward(count, pages[-1])
            assert [(page.keys, page.start) for page in back] == [
                (page.keys, page.start) for page in pages
            ]
            orders.append(expected)
        assert orders[0] == orders[1][::-1], sort


@pytest.mark.parametrize("name", ["models", "routes", "providers"])
def test_it_asks_at_most_two_queries_for_a_page(
    name, catalog, three_a_page, django_assert_max_num_queries
):
    reader = Reader(name)
    first = reader.page(9)
    with django_assert_max_num_queries(1):
        reader.page(9)
    with django_assert_max_num_queries(2):
        reader.page(9, after=first.next)


@pytest.mark.parametrize("seed", range(4))
def test_it_drops_and_repeats_no_row_while_others_come_and_go(seed, catalog, three_a_page):
    """Between two pages, models are added and renamed, and routes added and removed."""
    chance = random.Random(seed)
    names, routes = Reader("models", "sort=name"), Reader("routes")
    stable_models, stable_routes = set(names.everything()), set(routes.everything())
    model_pages, route_pages = [names.page(99)], [routes.page(99)]
    while model_pages[-1].next or route_pages[-1].next:
        touched, removed = _disturb(chance)
        stable_models.discard(touched)
        stable_routes.discard(removed)
        for reader, pages in ((names, model_pages), (routes, route_pages)):
            if pages[-1].next:
                pages.append(reader.page(99, after=pages[-1].next))
    for stable, pages in ((stable_models, model_pages), (stable_routes, route_pages)):
        assert len(stable) > 3
        seen = [key for page in pages for key in page.keys if key in stable]
        assert sorted(seen) == sorted(stable)


def _disturb(chance):
    """Adds a model with a route, renames a model, and removes a route; returns the last two's keys."""
    with editing():
        model = make_model(name=f"Model {chance.randrange(4)}")
        make_route(model, chance.choice(Provider.objects.all()))
    renamed = chance.choice(TextModel.objects.exclude(pk=model.pk))
    save(renamed, name=f"Renamed {chance.randrange(3)}")
    removed = chance.choice(Route.objects.all())
    key = removed.pk
    with editing() as opened:
        opened.delete(removed)
    return renamed.pk, key


def test_it_forgets_the_place_when_anything_else_changes(catalog, visit):
    with editing():
        for n in range(30):
            make_model(f"acme/m-{n:02}", owner="Acme")
    first = visit("/models/?size=25&owner=Acme")
    page = visit(f"/models/{first.links()['Next 5 →']}")
    assert "26–30 of 30" in page.main()
    links = page.links()
    assert links["First"] == "?owner=Acme&size=25"
    assert "before=" in links["← Previous"]
    kept = ("after=", "before=")
    others = [text for text, href in links.items() if href and any(word in href for word in kept)]
    assert others == ["← Previous"]
    inputs = [e.get("name") for e in page.find("input")]
    assert not {"after", "before"} & set(inputs)


def test_it_says_so_where_nothing_is_left_after_a_place(visit):
    with editing():
        models = [make_model(f"acme/m-{n:02}") for n in range(26)]
    address = visit("/models/?size=25").links()["Next 1 →"]
    with editing() as opened:
        opened.delete(models[-1])
    page = visit(f"/models/{address}")
    assert "The list ends before this place" in page.main()
    assert page.links()["First page of 25 models"] == "?size=25"
    assert page.find("table") == []


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("after=x", "“x” in “after” is not a place in this list"),
        ("before=%00", "Before “�” is not a value"),
        ("after=", "“after” is empty"),
        ("after={0}&sort=name", "in “after” is not a place in this list as it is sorted"),
        ("after={0}&before={0}", "“after” and “before” are both given"),
        ("after={0}&after={0}", "“after” is given 2 times"),
    ],
)
def test_it_refuses_what_is_no_place_of_this_order(query, sentence, visit):
    with editing():
        for n in range(26):
            make_model(f"acme/m-{n:02}")
    address = visit("/models/?size=25").links()["Next 1 →"]
    place = QueryDict(address[1:])["after"]
    page = visit(f"/models/?{query.format(place)}", status=400)
    assert sentence in page.main()
    assert page.find("table") == []


@pytest.mark.parametrize(
    ("name", "sort"),
    [
        ("models", "id"),
        ("models", "-id"),
        ("routes", "model"),
        ("routes", "-model"),
        ("routes", "provider"),
    ],
)
def test_it_reads_deep_pages_of_the_common_sorts_from_an_index(name, sort, catalog, three_a_page):
    """No table is read or sorted whole: at a million routes that would be the cost of a page."""
    reader = Reader(name, f"sort={sort}")
    contract = reader.contract(after=reader.page(99).next)
    place = contract.order.place(contract.given["after"], backwards=False)
    rows = contract.ordered().filter(contract.order.beyond(place.values, backwards=False))
    keys = rows.values_list("pk", *contract.order.columns)[:4]
    if connection.vendor == "sqlite":
        plan = keys.explain()
        assert "SCAN" not in plan
        assert "TEMP B-TREE" not in plan
    else:
        with connection.cursor() as cursor:  # tables of a few rows are otherwise read whole
            for way in ("enable_seqscan", "enable_sort", "enable_hashjoin", "enable_mergejoin"):
                cursor.execute(f"SET LOCAL {way} = off")
        plan = keys.explain()
        assert "Seq Scan on policies_route" not in plan
        assert re.search(r"Index Cond: \(+(canonical_id|slug)", plan)
        assert "->  Sort" not in plan


@pytest.mark.parametrize(
    ("path", "filters"),
    [
        ("/models/", "owner=Lab&license=open&license_evidence=none&family=line&provider=host&q=m"),
        ("/routes/", "owner=Lab&license=open&terms=-&family=line&provider=host&q=m"),
    ],
)
def test_it_costs_a_curator_twelve_queries_whatever_is_asked(
    path, filters, as_curator, client, django_assert_max_num_queries
):
    """Session and user are two of them; every filter, a place and every kind of column at once."""
    with editing():
        model_license, line = make_license("open"), make_family("line")
        host = make_provider("host")
        for n in range(30):
            model = make_model(f"m-{n:02}", model_license, owner="Lab", family=line)
            make_route(model, host)
    asked = f"{filters}&columns=note,evidence,family&size=25&sort=-note"
    following = as_curator(f"{path}?{asked}").links()["Next 5 →"]
    with django_assert_max_num_queries(12):
        assert client.get(f"{path}{following}").status_code == 200
