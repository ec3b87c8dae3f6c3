"""Families by providers: the split of each cell, its pairs, and what is left out."""

import pytest

from tests.factories import make_model, make_provider, make_route
from tests.pages.matrix import cell_links, grid, make_catalog

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def catalog(kept):
    return make_catalog()


def test_it_shows_the_split_of_each_family_at_each_provider(catalog, visit):
    page = visit("/matrix/families/")

    assert "13 routes by family and provider" in page.main()
    assert grid(page)["alpha"] == ["9", "2", "11", "3", "21", "2", "2", "2", "11"]
    assert grid(page)["beta"] == ["4", "1", "1", "1", "1", "1", "1", "1", "1"]
    labels = cell_links(page)
    assert "alpha × quiet: allowed, 2 routes; unknown, 1 route" in labels
    assert "beta × strict: disallowed, 1 route" in labels


def test_it_opens_the_pairs_of_a_family_at_a_provider(catalog, visit):
    page = visit("/matrix/families/?cell=alpha,quiet")

    assert "alpha × quiet: 3 routes" in page.main()
    assert "Open License × quiet-terms, 2 routes" in page.main()
    assert "No license recorded × quiet-terms, 1 route" in page.main()
    assert len(page.find("ol", "trace")) == 2
    assert "3 of 13 routes" in visit(page.links()["3 routes"]).main()
    page = visit("/matrix/families/?cell=alpha,quiet&status=unknown")
    assert "alpha × quiet: 1 route" in page.main()
    assert "1 of 13 routes" in visit(page.links()["1 route"]).main()


def test_it_traces_the_largest_pairs_of_a_cell_and_counts_the_others(catalog, visit, monkeypatch):
    monkeypatch.setattr("policies.views.chosen.PAIRS", 1)
    page = visit("/matrix/families/?cell=alpha,quiet")

    assert len(page.find("ol", "trace")) == 1
    assert "1 more pair of documents decides fewer of these routes. All 3 routes" in page.main()


def test_it_shows_models_without_a_family_too(catalog, visit):
    make_route(make_model("lab/alone", catalog[0].license), make_provider("lone"))
    page = visit("/matrix/families/?cell=-,lone")

    assert grid(page)["No family recorded"][0] == "1"
    assert "No family recorded × lone: 1 route" in page.main()
    assert "1 of 14 routes" in visit(page.links()["1 route"]).main()


def test_it_caps_families_and_providers_to_the_largest_until_asked(catalog, visit, monkeypatch):
    monkeypatch.setattr("policies.views.sheets.LARGEST", (1, 1))
    page = visit("/matrix/families/")

    assert list(grid(page)) == [None, "alpha", "All families"]
    assert "3 of 13 routes by family and provider" in page.main()
    assert "Left out: 1 family and 3 providers with fewer routes." in page.main()
    page = visit(f"/matrix/families/{page.links()['Show them']}")
    assert "Shown: 2 of 2 families and 4 of 4 providers. Nothing is left out." in page.main()
