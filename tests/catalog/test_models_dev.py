"""The models.dev format: what is read of it, and where each fault is said to be."""

from __future__ import annotations

import pytest

from policies.catalog.models_dev import (
    ROOT,
    ListedProvider,
    ListedRoute,
    family_slug,
    parse_listing,
    read_listing,
)
from policies.catalog.problems import CatalogError
from tests.catalog.files import SMALL, small

PROVIDER = "providers.acme"
MODEL = "providers.acme.models.acme/alpha-1"


def alpha(value):
    return value["acme"]["models"]["acme/alpha-1"]


def replaced(key, new):
    return lambda value: alpha(value).update({key: new})


def renamed(key, new, *, level=lambda value: value):
    """Put a record under another key, its id included, so that only the key is at fault."""

    def alter(value):
        record = level(value).pop(key)
        level(value)[new] = {**record, "id": new}

    return alter


def models(value):
    return value["acme"]["models"]


FAULTS = {
    "a list": (
        lambda v: v["acme"].update(models=[]),
        f"{PROVIDER}.models: must be an object, not a list.",
    ),
    "provider is null": (
        lambda v: v.update(acme=None),
        f"{PROVIDER}: must be an object, not null.",
    ),
    "no models": (lambda v: v["acme"].pop("models"), f"{PROVIDER}.models: is missing."),
    "no provider name": (lambda v: v["acme"].pop("name"), f"{PROVIDER}.name: is missing."),
    "blank provider name": (lambda v: v["acme"].update(name=" \n"), f"{PROVIDER}.name: is blank."),
    "other provider id": (
        lambda v: v["acme"].update(id="other"),
        f"{PROVIDER}.id: must be 'acme' like its key, not 'other'.",
    ),
    "provider id of another kind": (
        renamed("acme", "Ac me"),
        "providers.Ac me: an id has lower-case letters, digits, dots, underscores and hyphens only.",
    ),
    "long provider id": (
        renamed("acme", "a" * 101),
        f"providers.{'a' * 60}…: has 101 characters; at most 100 are accepted.",
    ),
    "script address": (
        lambda v: v["acme"].update(doc="javascript:alert(1)"),
        f"{PROVIDER}.doc: must be an http or https address, not 'javascript:alert(1)'.",
    ),
    "long address": (
        lambda v: v["acme"].update(api="https://acme.example/" + "a" * 500),
        f"{PROVIDER}.api: has 521 characters; at most 500 are accepted.",
    ),
    "model is a text": (
        lambda v: models(v).update({"x": "y"}),
        f"{PROVIDER}.models.x: must be an object, not a text.",
    ),
    "name is a number": (replaced("name", 5), f"{MODEL}.name: must be a text, not a number."),
    "name is true": (replaced("name", True), f"{MODEL}.name: must be a text, not true or false."),
    "name is an object": (replaced("name", {}), f"{MODEL}.name: must be a text, not an object."),
    "long name": (
        replaced("name", "n" * 201),
        f"{MODEL}.name: has 201 characters; at most 200 are accepted.",
    ),
    "control character": (
        replaced("name", "a\x1b[31m"),
        f"{MODEL}.name: holds a control character.",
    ),
    "no name": (lambda v: alpha(v).pop("name"), f"{MODEL}.name: is missing."),
    "no id": (lambda v: alpha(v).pop("id"), f"{MODEL}.id: is missing."),
    "other id": (replaced("id", 7), f"{MODEL}.id: must be 'acme/alpha-1' like its key, not 7."),
    "long id": (
        renamed("acme/alpha-1", "m" * 201, level=models),
        f"{PROVIDER}.models.{'m' * 60}…: has 201 characters; at most 200 are accepted.",
    ),
    "id that folding makes long": (
        renamed("acme/alpha-1", "ß" * 101, level=models),
        f"{PROVIDER}.models.{'ß' * 60}…: has 202 characters; at most 200 are accepted.",
    ),
    "blank id": (
        renamed("acme/alpha-1", "", level=models),
        f"{PROVIDER}.models.'': an id is not blank and has no spaces around it.",
    ),
    "spaces around id": (
        renamed("acme/alpha-1", "x ", level=models),
        f"{PROVIDER}.models.x : an id is not blank and has no spaces around it.",
    ),
    "line end in id": (
        renamed("acme/alpha-1", "x\ny", level=models),
        rf"{PROVIDER}.models.'x\ny': holds a control character.",
    ),
    "no modalities": (lambda v: alpha(v).pop("modalities"), f"{MODEL}.modalities: is missing."),
    "modalities null": (
        replaced("modalities", None),
        f"{MODEL}.modalities: must be an object, not null.",
    ),
    "no output": (replaced("modalities", {}), f"{MODEL}.modalities.output: is missing."),
    "output is a text": (
        replaced("modalities", {"output": "text"}),
        f"{MODEL}.modalities.output: must be a list, not a text.",
    ),
    "output of numbers": (
        replaced("modalities", {"output": ["text", 1]}),
        f"{MODEL}.modalities.output.1: must be a text, not a number.",
    ),
    "family is a list": (replaced("family", []), f"{MODEL}.family: must be a text, not a list."),
    "long family": (
        replaced("family", "f" * 101),
        f"{MODEL}.family: has 101 characters; at most 100 are accepted.",
    ),
    "limit is a number": (replaced("limit", 5), f"{MODEL}.limit: must be an object, not a number."),
    "context is a text": (
        replaced("limit", {"context": "128k"}),
        f"{MODEL}.limit.context: must be a whole number, not a text.",
    ),
    "context is true": (
        replaced("limit", {"context": True}),
        f"{MODEL}.limit.context: must be a whole number, not true or false.",
    ),
    "context is a fraction": (
        replaced("limit", {"context": 1.5}),
        f"{MODEL}.limit.context: must be a whole number, not a number.",
    ),
    "context is negative": (
        replaced("limit", {"context": -1}),
        f"{MODEL}.limit.context: must be between 0 and 2,147,483,647.",
    ),
    "context is huge": (
        replaced("limit", {"context": 2**31}),
        f"{MODEL}.limit.context: must be between 0 and 2,147,483,647.",
    ),
    "date is a number": (
        replaced("release_date", 2026),
        f"{MODEL}.release_date: must be a text, not a number.",
    ),
    "unknown status": (
        replaced("status", "retired"),
        f"{MODEL}.status: 'retired' is not known; accepted: active, alpha, beta, deprecated.",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_it_names_the_place_of_a_fault(name):
    alter, message = FAULTS[name]
    value = small()
    alter(value)
    with pytest.raises(CatalogError) as caught:
        parse_listing(value)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([], "providers: must be an object, not a list."),
        (None, "providers: must be an object, not null."),
        ("x", "providers: must be an object, not a text."),
        ({}, "providers: the file lists no text model at all."),
    ],
)
def test_it_refuses_what_is_no_catalog_at_all(value, message):
    with pytest.raises(CatalogError) as caught:
        parse_listing(value)
    assert str(caught.value) == message


def test_it_refuses_a_file_that_would_make_everything_unavailable():
    value = small()
    for provider in value.values():
        provider["models"] = {}
    with pytest.raises(CatalogError, match="lists no text model at all"):
        parse_listing(value)


def test_it_reads_providers():
    listing = read_listing(SMALL)
    assert list(listing.providers) == ["acme", "relay", "solo"]
    assert listing.providers["acme"] == ListedProvider(
        "acme", "Acme", "https://acme.example/docs", "https://api.acme.example/v1"
    )
    assert listing.providers["relay"].api_url == ""  # a template that somebody must fill in
    assert listing.providers["solo"].name == "Solo"


def test_it_reads_routes_and_counts_rows_without_text():
    listing = read_listing(SMALL)
    assert listing.textless == 2
    assert len(listing.routes) == 7
    key = ("acme", "acme/alpha-1")
    assert listing.routes[key] == ListedRoute(*key, "Alpha 1", "alpha", 131072, "2026-03", "active")
    assert listing.routes[("acme", "acme/alpha-0")].context_length is None
    assert listing.routes[("acme", "acme/alpha-0")].lifecycle == "deprecated"
    assert listing.routes[("relay", "acme/alpha-1-turbo")].release_date == ""
    assert listing.routes[("solo", "müller/größe-7b")].lifecycle == "beta"


def test_it_takes_fields_that_may_be_null_or_missing():
    value = small()
    alpha(value).update(family=None, limit=None, release_date=None, status=None)
    value["acme"].pop("doc")
    listing = parse_listing(value)
    found = listing.routes[("acme", "acme/alpha-1")]
    assert (found.family, found.context_length, found.release_date) == ("", None, "")
    assert found.lifecycle == "active"
    assert listing.providers["acme"].docs_url == ""


def test_it_leaves_fields_alone_that_it_has_no_use_for():
    value = small()
    alpha(value).update(cost="?", tool_call=3, something_new={"a": []})
    assert parse_listing(value) == parse_listing(small())


def test_it_takes_whole_numbers_written_as_fractions():
    value = small()
    alpha(value)["limit"]["context"] = 4096.0
    assert parse_listing(value).routes[("acme", "acme/alpha-1")].context_length == 4096


def test_it_calls_the_top_of_the_file_providers():
    assert ROOT == "providers"


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("", ""),
        ("GPT", "gpt"),
        ("gpt-4.1", "gpt-4.1"),
        ("o mini", "o-mini"),
        ("größe!", "gr-e"),
        ("-", ""),
    ],
)
def test_it_makes_slugs_of_family_names(name, slug):
    assert family_slug(name) == slug
