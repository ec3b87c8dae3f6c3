"""The query-string contract: what an address means, and that a wrong one never widens a list."""

import pytest
from django.http import QueryDict

from policies.filters import DocumentContract, ModelContract, ProviderContract, RouteContract, link
from policies.filters.cells import model_cells, route_cells
from policies.models import License, Provider, Route, TextModel
from tests.factories import (
    ALLOWS,
    CLOSED,
    PERMITS,
    RESTRICTS,
    SILENT,
    assert_sound,
    editing,
    make_family,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
)

pytestmark = [pytest.mark.django_db, pytest.mark.uncounted]


def models(query):
    return ModelContract(QueryDict(query), TextModel.objects.all())


def routes(query):
    return RouteContract(QueryDict(query), Route.objects.all())


def ids(contract):
    assert contract.problems == []
    return [
        getattr(row, "canonical_id", None) or row.provider_model_id for row in contract.ordered()
    ]


@pytest.fixture(scope="module")
def catalog(kept):
    """Three models under three licenses at three providers: every status occurs on both levels."""
    with editing():
        return _catalog()


def _catalog():
    attribution = [{"kind": "attribution", "detail": "Show a notice"}]
    open_license = make_license("open-1.0", ALLOWS, evidence="text-read", conditions=attribution)
    closed = make_license("acme-closed", CLOSED, evidence="secondary")
    bans = make_terms("bans", RESTRICTS, evidence="text-read")
    permits = make_terms("permits", PERMITS, subject_to_license=False, evidence="excerpt-read")
    silent = make_terms("silent", SILENT)
    strict, liberal, quiet = (
        make_provider("strict", bans, name="Strict Host"),
        make_provider("liberal", permits),
        make_provider("quiet", silent),
    )
    line = make_family("line", open_license)
    alpha = make_model(
        "lab/alpha",
        owner="Lab",
        family=line,
        name="Alpha",
        license_evidence="publisher",
        aliases=["Lab-Alpha-FP8"],
    )
    beta = make_model("acme/beta", closed, owner="Acme", license_evidence="owner")
    gamma = make_model("gamma")
    make_route(alpha, strict, provider_model_id="a-strict")
    make_route(alpha, quiet, provider_model_id="a-quiet")
    make_route(beta, liberal, provider_model_id="b-liberal", available=False)
    make_route(gamma, quiet, provider_model_id="g-quiet", lifecycle="deprecated")
    return locals()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["acme/beta", "gamma", "lab/alpha"]),
        ("status=allowed", ["lab/alpha"]),
        ("status=disallowed", ["acme/beta"]),
        ("status=unknown", ["gamma"]),
        ("status=all", ["acme/beta", "gamma", "lab/alpha"]),
        ("basis=closed-provider-restriction", ["acme/beta"]),
        ("evidence=text-read", ["lab/alpha"]),
        ("evidence=-", ["gamma"]),
        ("license=open-1.0", ["lab/alpha"]),
        ("license=-", ["gamma"]),
        ("license_evidence=owner", ["acme/beta"]),
        ("condition=attribution", ["lab/alpha"]),
        ("condition=naming", []),
        ("owner=Lab", ["lab/alpha"]),
        ("owner=-", ["gamma"]),
        ("family=line", ["lab/alpha"]),
        ("family=-", ["acme/beta", "gamma"]),
        ("provider=quiet", ["gamma", "lab/alpha"]),
        ("available=true", ["gamma", "lab/alpha"]),
        ("available=false", ["acme/beta"]),
        ("q=fp8", ["lab/alpha"]),
        ("q=ALPHA+lab", ["lab/alpha"]),
        ("q=alpha+beta", []),
        ("q=", ["acme/beta", "gamma", "lab/alpha"]),
        ("status=allowed&license=acme-closed", []),
        ("sort=-id", ["lab/alpha", "gamma", "acme/beta"]),
        ("sort=-routes", ["lab/alpha", "gamma", "acme/beta"]),
        ("sort=routes", ["acme/beta", "gamma", "lab/alpha"]),
        ("sort=name", ["lab/alpha", "acme/beta", "gamma"]),
    ],
)
def test_it_lists_the_models_that_an_address_means(catalog, query, expected):
    """By the expected status of each."""
    assert ids(models(query)) == expected
    assert_sound()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["b-liberal", "g-quiet", "a-strict", "a-quiet"]),
        ("status=allowed", ["b-liberal", "a-quiet"]),
        ("status=disallowed", ["a-strict"]),
        ("status=unknown", ["g-quiet"]),
        ("rule=1", ["a-strict"]),
        ("layer=license", ["a-quiet"]),
        ("layer=terms", ["b-liberal", "g-quiet", "a-strict"]),
        ("evidence=excerpt-read", ["b-liberal"]),
        ("provider=quiet", ["g-quiet", "a-quiet"]),
        ("provider=quiet&status=allowed", ["a-quiet"]),
        ("license=-", ["g-quiet"]),
        ("terms=silent", ["g-quiet", "a-quiet"]),
        ("terms=-", []),
        ("model=lab/alpha", ["a-strict", "a-quiet"]),
        ("owner=Acme", ["b-liberal"]),
        ("owner=-", ["g-quiet"]),
        ("family=line", ["a-strict", "a-quiet"]),
        ("family=-", ["b-liberal", "g-quiet"]),
        ("license_evidence=publisher", ["a-strict", "a-quiet"]),
        ("condition=attribution", ["a-quiet"]),
        ("available=false", ["b-liberal"]),
        ("lifecycle=deprecated", ["g-quiet"]),
        ("q=fp8", ["a-strict", "a-quiet"]),
        ("sort=provider", ["b-liberal", "a-quiet", "g-quiet", "a-strict"]),
        ("sort=-added", ["g-quiet", "b-liberal", "a-quiet", "a-strict"]),
    ],
)
def test_it_lists_the_routes_that_an_address_means(catalog, query, expected):
    """Ordered by model and number unless the address says otherwise."""
    assert ids(routes(query)) == expected


@pytest.mark.parametrize(
    "query",
    [
        "q=alpha",
        "status=allowed",
        "available=true&basis=" + ALLOWS,
        "family=line&provider=quiet",
        "owner=Lab&condition=attribution",
    ],
)
def test_it_counts_cells_to_the_length_of_the_list(catalog, query):
    """The counts come from groups, the rows from the table: both must agree, in either way of grouping."""
    contract = routes(query)
    for total in (4, 10**6):
        assert route_cells(routes(query), routes=total).counted([], 0).meant == contract.qs.count()
    if "available" not in query:
        assert model_cells(models(query)).counted([], 0).meant == models(query).qs.count()


@pytest.mark.parametrize(
    "query",
    [
        "status=allowed",
        "provider=quiet&status=unknown",
        "q=fp8&license_evidence=publisher",
        "license=-&provider=quiet&sort=-model",
        "available=false&layer=terms",
        "q=lab&sort=provider",
    ],
)
def test_it_reads_the_same_page_in_the_order_of_the_list(query, catalog, monkeypatch):
    """Few matches are picked and sorted, of many the list is read in order: both show the same rows."""
    picked = routes(query).slice(4).keys
    monkeypatch.setattr("policies.filters.catalog.READ_IN_ORDER_FROM", 0)
    contract = routes(query)
    assert contract.slice(4).keys == picked != []
    assert contract.in_order == ("sort=provider" not in query)


def test_it_takes_counts_from_the_tallies_where_they_suffice(catalog, django_assert_num_queries):
    """At a million routes no route row is read to count a status at a provider."""
    contract = routes("status=allowed&provider=quiet")
    assert contract.problems == []
    with django_assert_num_queries(2) as captured:
        assert route_cells(contract, routes=10**6).counted([], 0).meant == 1
    assert not any("policies_route" in query["sql"].replace("routes", "") for query in captured)


@pytest.mark.parametrize(
    ("query", "sentence", "accepted"),
    [
        (
            "status=alowed",
            "Status “alowed” is not a value",
            ("allowed", "disallowed", "unknown", "all"),
        ),
        ("available=yes", "Available “yes” is not a value", ("true", "false")),
        ("license=open", "License “open” is not a value", ("acme-closed", "open-1.0")),
        ("owner=nobody", "Owner “nobody” is not a value", ("Acme", "Lab")),
        ("family=%00", "Family “�” is not a value", ("line",)),
        ("q=%00", "Search “�” is not a value", ()),
        ("format=xml", "Format “xml” is not a value", ("csv", "json")),
        ("size=7", "Size “7” is not a value", ("25", "50", "100", "200")),
        ("status=allowed&status=unknown", "“status” is given 2 times", ()),
        ("status=", "“status” is empty", ()),
        ("owner=+", "“owner” is empty", ()),
    ],
)
def test_it_refuses_a_wrong_value_and_names_the_right_ones(catalog, query, sentence, accepted):
    """And lists nothing."""
    contract = models(query)
    [problem] = contract.problems
    assert (problem.sentence, problem.accepted) == (sentence, accepted)
    assert list(contract.qs) == []


def test_it_refuses_a_misspelt_parameter(catalog):
    """Django-filter would ignore it and list everything."""
    contract = routes("statsu=allowed")
    [problem] = contract.problems
    assert problem.unknown_name
    assert "status" in problem.accepted
    assert list(contract.qs) == []


def test_it_lists_documents_and_providers_by_their_own_columns(catalog):
    """A license's status is its basis's."""
    licenses = DocumentContract(QueryDict("status=allowed&q=OPEN"), License.objects.all())
    assert [record.slug for record in licenses.ordered()] == ["open-1.0"]
    hosts = ProviderContract(QueryDict("terms=bans"), Provider.objects.all())
    assert [record.slug for record in hosts.ordered()] == ["strict"]
    searched = ProviderContract(QueryDict("q=host+strict&sort=-routes"), Provider.objects.all())
    assert [record.slug for record in searched.ordered()] == ["strict"]
    assert ProviderContract(QueryDict("status=allowed"), Provider.objects.all()).problems


def test_it_writes_addresses_that_forget_the_page():
    """A changed filter starts at the first page; None leaves a parameter out."""
    given = {"q": "qwen", "status": "allowed", "after": "x"}
    assert link(given, status="unknown") == "?q=qwen&status=unknown"
    assert link(given, status=None) == "?q=qwen"
    assert link(given, after="y") == "?q=qwen&status=allowed&after=y"
    assert link({}) == "?"
