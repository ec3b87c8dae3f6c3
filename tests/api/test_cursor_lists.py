"""The lists that page by cursor: a page's own filters and sorts, as JSON, without a row lost."""

from json import loads

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from policies.api import documents, routes
from policies.api.filtering import MEANINGS
from policies.api.params import accepted
from policies.filters.fields import Recorded, Word
from tests.api.problems import problem_of
from tests.api.schema import assert_follows
from tests.factories import editing, make_license, make_model, make_provider, make_route, make_terms

LISTINGS = {
    "/api/v1/routes": routes.ROUTES,
    "/api/v1/licenses": documents.LICENSES,
    "/api/v1/terms": documents.TERMS,
    "/api/v1/providers": documents.PROVIDERS,
}
NAMES = {
    "/api/v1/routes": ("providerModelId", "provider_model_id"),
    "/api/v1/licenses": ("slug", "slug"),
    "/api/v1/terms": ("slug", "slug"),
    "/api/v1/providers": ("slug", "slug"),
}
"""What names a record in the list, and in the file of the page."""

pytestmark = pytest.mark.django_db
each = pytest.mark.parametrize("address", list(LISTINGS))


def values_of(listing, name):
    """Every value of a closed filter, and those that occur of another; nothing recorded as well."""
    item = listing.contract.base_filters[name]
    if isinstance(item, Word):
        return item.accepted()
    if isinstance(item, Recorded):
        return [*item.accepted(), *(["-"] if item.optional else [])]
    return ["qwen", "a"]


def questions(listing):
    """Each filter with some of its values, and some sorts."""
    for name in listing.contract.base_filters:
        if name == "sort":
            yield from ((name, value) for value in values_of(listing, name)[::7])
        elif name not in listing.contract.settings:
            yield from ((name, value) for value in values_of(listing, name)[:3])


@each
@pytest.mark.usefixtures("small_catalog")
def test_it_means_by_each_filter_and_sort_what_the_page_means(get, read, address):
    ours, theirs = NAMES[address]
    page = address.removeprefix("/api/v1")
    asked = list(questions(LISTINGS[address]))

    found = set()
    for name, value in asked:
        told = read(f"{address}?{name}={value}&fields={ours}")
        file = loads(get(f"{page}/?{name}={value}&format=json").body)
        assert [row[ours] for row in told["data"]] == [row[theirs] for row in file["data"]]
        assert told["meta"]["total"] == len(file["data"]), (name, value)
        found.add(len(told["data"]))
    assert len(found) > 2  # filters that keep none, some and all


@each
@pytest.mark.usefixtures("small_catalog")
def test_it_follows_its_schema(read, address):
    whole = read(address)

    assert_follows(whole, address)
    for record in whole["data"]:
        assert list(record) == LISTINGS[address].fields


@each
@pytest.mark.usefixtures("small_catalog")
def test_it_trims_records_to_the_fields_that_are_named(read, address):
    [*_, last] = fields = LISTINGS[address].fields
    trimmed = read(f"{address}?fields={last},{fields[0]}")

    whole = read(address)
    assert [list(record) for record in trimmed["data"]] == [[fields[0], last]] * len(whole["data"])
    assert [record[last] for record in trimmed["data"]] == [r[last] for r in whole["data"]]
    assert_follows(trimmed, address)


@each
@pytest.mark.usefixtures("small_catalog")
def test_it_pages_without_dropping_or_repeating(read, address):
    name, _ = NAMES[address]
    whole = [record[name] for record in read(address)["data"]]
    assert len(whole) > 2

    for size in (1, 2, len(whole)):
        found, after = [], ""
        while after is not None:
            page = read(f"{address}?page_size={size}{after and f'&after={after}'}")
            assert len(page["data"]) <= size
            assert page["meta"]["total"] == len(whole)
            found += [record[name] for record in page["data"]]
            after = page["meta"]["next"]
        assert found == whole


def test_it_keeps_its_place_while_rows_appear(read):
    with editing():
        for n in range(4):
            make_route(make_model(f"m{n}"), provider_model_id=f"r{n}")
    first = read("/api/v1/routes?page_size=2&fields=model")
    with editing():
        make_route(make_model("a-new-first-one"), provider_model_id="new")

    second = read(f"/api/v1/routes?page_size=2&fields=model&after={first['meta']['next']}")
    assert [record["model"] for record in second["data"]] == ["m2", "m3"]
    assert second["meta"] | {"next": None} == {
        "revision": 2,
        "total": 5,
        "page_size": 2,
        "sort": "model",
        "next": None,
    }


@each
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("page", "2"),
        ("size", "50"),
        ("columns", "name"),
        ("before", "x"),
        ("format", "csv"),
        ("page_size", "1001"),
        ("page_size", "x"),
        ("sort", "internal_note"),
        ("after", "x"),
        ("after", "WyJuYW1lIl0"),
        ("fields", "id"),
        ("fields", "name,"),
        ("fields", "internal_note"),
        ("as_of", "r99"),
        ("q", "%00"),
        ("q", ""),
    ],
)
def test_it_refuses_what_is_wrong(get, address, name, value):
    with editing():
        make_route(make_model("leak", make_license("leak")), make_provider("leak"))
    response = get(f"{address}?{name}={value}")

    assert problem_of(response, 400)["parameter"] == name
    assert b"leak" not in response.body


def test_it_refuses_what_nobody_recorded_and_names_what_is(get):
    with editing():
        make_route(make_model("m", make_license("apache-2.0")), make_provider("fireworks"))

    for name, value, known in [
        ("provider", "firework", "fireworks"),
        ("license", "apache", "apache-2.0"),
        ("model", "n", "m"),
    ]:
        told = problem_of(get(f"/api/v1/routes?{name}={value}"), 400)
        assert (told["parameter"], told["value"]) == (name, value)
        assert known in told["accepted"]
    assert problem_of(get("/api/v1/routes?fields=x"), 400)["accepted"] == routes.ROUTES.fields


def test_it_refuses_a_place_of_another_order(get, read):
    with editing():
        for n in range(3):
            make_route(make_model(f"m{n}"))
    place = read("/api/v1/routes?page_size=1")["meta"]["next"]

    told = problem_of(get(f"/api/v1/routes?sort=-model&after={place}"), 400)
    assert told["accepted"] == ["meta.next of a page in this order"]


@each
def test_it_asks_a_constant_number_of_queries(get, address):
    def record(name):
        with editing():
            terms = make_terms(f"{name}-terms")
            provider = make_provider(name, terms)
            for n in range(3):
                make_route(make_model(f"{name}{n}", make_license(f"{name}-license-{n}")), provider)

    counts = []
    get(address)
    for name in ("a", "b"):
        record(name)
        with _counting() as asked:
            assert get(address).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 8


def _counting():
    return CaptureQueriesContext(connection)


def test_it_counts_a_question_once_for_each_revision(get):
    make_route()
    get("/api/v1/routes?available=true")
    with _counting() as asked:
        get("/api/v1/routes?available=true&page_size=1")
    assert not [query for query in asked if "COUNT" in query["sql"].upper()]


@each
def test_it_answers_an_unchanged_list_by_one_query(get, address, django_assert_num_queries):
    with editing():
        make_route(make_model("m", make_license()), make_provider("p", make_terms()))
    tag = get(address).headers["ETag"]

    with django_assert_num_queries(1):
        assert get(address, **{"if-none-match": tag}).status_code == 304


@pytest.mark.parametrize(
    ("address", "changes"),
    [
        ("/api/v1/routes", False),
        ("/api/v1/routes?verified=30-days", True),
        ("/api/v1/licenses?attention=past-review", True),
        ("/api/v1/licenses", False),
    ],
)
def test_it_gives_a_question_of_age_a_new_tag_each_day(get, address, changes):
    license = make_license(verified_on="2026-11-20", review_by="2026-11-25")
    make_route(make_model("m", license))
    tags = []
    for day in ("2026-11-24", "2026-12-30"):
        with time_machine.travel(f"{day}T12:00Z", tick=False):
            tags.append(get(address).headers["ETag"])

    assert (tags[0] != tags[1]) is changes


def test_it_shows_a_past_state(read):
    license = make_license("l", note="Before")
    with editing():
        make_route(make_model("m", license), provider_model_id="r")
    license.note = "After"
    with editing() as opened:
        opened.save(license)

    now, then = (read(f"/api/v1/licenses{query}") for query in ("", "?as_of=r1"))
    assert (now["data"][0]["note"], then["data"][0]["note"]) == ("After", "Before")
    assert (now["meta"]["revision"], then["meta"]["revision"]) == (3, 1)
    assert read("/api/v1/routes?as_of=r1")["data"] == []
    assert len(read("/api/v1/routes?as_of=r2")["data"]) == 1


def test_it_never_tells_internal_notes(get):
    make_license(internal_note="between us")
    make_terms(internal_note="between us")

    for address in LISTINGS:
        assert b"between us" not in get(address).body


@each
def test_it_can_say_of_every_parameter_what_it_means_and_accepts(address):
    declared = {
        "/api/v1/routes": routes.RoutesQuery,
        "/api/v1/licenses": documents.LicensesQuery,
        "/api/v1/terms": documents.TermsQuery,
        "/api/v1/providers": documents.ProvidersQuery,
    }[address]
    for name in declared.model_fields:
        assert accepted(declared, name)
    filters = set(LISTINGS[address].contract.base_filters) - set(
        LISTINGS[address].contract.settings
    )
    assert filters <= set(MEANINGS) & set(declared.model_fields)
