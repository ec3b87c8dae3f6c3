"""Constraints in the database itself: what no door, not even raw SQL, can store."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction

from policies.bases import LAYER_BASES, Basis, Layer
from policies.models import CURATED, License, ModelAlias, Policy, ProviderTerms, Revision, TextModel
from policies.models.history import NoOpenRevision
from policies.rules import NOT_RECORDED, resolve
from tests.factories import (
    editing,
    make_family,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
)

pytestmark = pytest.mark.django_db

DOCUMENTS = [License, ProviderTerms]


def refused(table, **values):
    """True where the database refuses a direct update of the one row."""
    try:
        with transaction.atomic():
            table.objects.update(**values)
    except (IntegrityError, DatabaseError):
        return True
    return False


@pytest.mark.parametrize("make", [make_license, make_terms])
def test_it_accepts_only_the_bases_of_the_layer(make):
    document = make()
    table = type(document)

    for basis in Basis:
        assert refused(table, basis=basis.value) is (basis not in LAYER_BASES[table.layer])
    assert refused(table, basis="allowed")
    assert refused(table, basis="")


@pytest.mark.parametrize("make", [make_license, make_terms])
def test_it_demands_a_source_for_every_basis_but_unknown(make):
    document = make(basis="provider-terms-unknown", source_url="")
    table = type(document)

    for basis in LAYER_BASES[table.layer]:
        assert refused(table, basis=basis.value) is (basis != "provider-terms-unknown")


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "ftp://x.example", "x.example", "//x.example", " https://x"]
)
def test_it_takes_only_http_addresses(url):
    make_license()
    make_provider()

    assert refused(License, source_url=url)
    assert refused(type(make_provider()), docs_url=url)
    assert not refused(License, source_url="http://plain.example/a%20b?c=d#e")


@pytest.mark.parametrize("version", [0, -1])
def test_it_counts_versions_from_one(version):
    makers = (make_license, make_terms, make_family, make_model, make_provider, make_route)
    for make in makers:
        assert refused(type(make()), version=version)
    assert refused(ModelAlias, version=version)


def test_it_refuses_texts_longer_than_the_column():
    make_license()

    assert refused(License, name="x" * 201)
    assert refused(License, note="x" * 2001)
    assert not refused(License, name="é" * 200)


def test_it_keeps_one_policy_per_pair():
    answer = resolve(NOT_RECORDED, NOT_RECORDED)._asdict()
    license = make_license()
    Policy.objects.get_or_create(license=None, terms=None, defaults=answer)

    for pair in ({}, {"license": license}):
        Policy.objects.filter(**(pair or {"license": None})).exists() or Policy.objects.create(
            **pair, **answer
        )
        with pytest.raises(IntegrityError), transaction.atomic():
            Policy.objects.create(**pair, **answer)


def test_it_stores_no_policy_whose_status_is_not_its_basis():
    Policy.objects.create(**resolve(NOT_RECORDED, NOT_RECORDED)._asdict())

    assert refused(Policy, status="allowed")
    assert refused(Policy, status="disallowed", basis="permissive-open-weights")
    assert not refused(Policy, status="allowed", basis="permissive-open-weights")


def test_it_keeps_routes_unique_at_a_provider():
    route = make_route(provider_model_id="m")

    with pytest.raises(IntegrityError), editing():
        make_route(model=route.model, provider=route.provider, provider_model_id="m")
    make_route(model=route.model, provider_model_id="m")


@pytest.mark.parametrize("spelling", ["OWNER/a", "owner/A", "  Owner/A "])
def test_it_keeps_spellings_unique_without_regard_to_case(spelling):
    make_model("owner/a")

    with pytest.raises(IntegrityError), editing():
        make_model("owner/b", aliases=[spelling])
    with pytest.raises(IntegrityError), editing():
        make_model(spelling.strip().upper())


def test_it_finds_a_model_by_any_spelling():
    model = make_model("Qwen/Qwen3-32B", aliases=["accounts/x/models/QWEN3", "Straße"])

    for spelling in ("qwen/qwen3-32b", "ACCOUNTS/X/models/qwen3", "STRASSE", " Qwen/Qwen3-32B "):
        assert TextModel.objects.spelled(spelling).get() == model
    assert not TextModel.objects.spelled("qwen3").exists()


def test_it_keeps_the_old_id_as_an_alias_when_a_model_is_renamed():
    model = make_model("owner/old")
    model.canonical_id = "owner/new"
    with editing() as opened:
        opened.save(model)

    assert TextModel.objects.spelled("OWNER/OLD").get() == model
    assert TextModel.objects.spelled("owner/new").get() == model


@pytest.mark.parametrize("query", ["qwen", "QWEN 32b", "big accounts", "straSSe"])
def test_it_searches_words_in_id_name_and_aliases(query):
    model = make_model("Qwen/Qwen3-32B", name="Big Qwen", aliases=["accounts/x", "Straße"])
    make_model("meta/llama", name="Llama")

    assert list(TextModel.objects.search(query)) == [model]


@pytest.mark.parametrize("query", ["qwen llama", "%", "_", "\\"])
def test_it_takes_every_character_of_a_search_literally(query):
    make_model("Qwen/Qwen3-32B")

    assert not TextModel.objects.search(query).exists()


def test_it_orders_ids_by_code_point_on_every_engine():
    ids = ["Zeta/a", "_x", "a-b", "a.b", "a/b", "ab", "b", "é", "😀", "@cf/x"]
    for canonical_id in ids:
        make_model(canonical_id)

    assert list(TextModel.objects.values_list("canonical_id", flat=True)) == sorted(ids)


@pytest.mark.parametrize("table", CURATED)
def test_it_writes_no_curated_record_outside_a_revision(table):
    makers = {
        "License": make_license,
        "ProviderTerms": make_terms,
        "Family": make_family,
        "TextModel": make_model,
        "ModelAlias": lambda: make_model().aliases.get(),
        "Provider": make_provider,
        "Route": make_route,
    }
    record = makers[table.__name__]()

    with pytest.raises(NoOpenRevision), transaction.atomic():
        record.save()
    with pytest.raises(NoOpenRevision), transaction.atomic():
        record.delete()


@pytest.mark.parametrize(
    ("slug", "fine"),
    [
        ("llama-3.1", True),
        ("0bsd", True),
        ("a_b", True),
        ("", False),
        ("Llama", False),
        (".a", False),
        ("-a", False),
        ("a b", False),
        ("é", False),
        ("a\n", False),
        ("a\0", False),
    ],
)
def test_it_checks_slugs(slug, fine):
    problems = {}
    try:
        License(slug=slug, name="x").clean_fields()
    except ValidationError as error:
        problems = error.message_dict

    assert set(problems) == (set() if fine else {"slug"})


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ({"kind": "naming"}, "list of objects"),
        ([1], "exactly the keys"),
        ([{"kind": "naming"}], "exactly the keys"),
        ([{"kind": "fame", "detail": ""}], "'fame' is not known; accepted: attribution"),
        ([{"kind": "naming", "detail": 3}], "detail is a text"),
        ([{"kind": "naming", "detail": "x" * 501}], "detail is a text"),
    ],
)
def test_it_checks_conditions(value, complaint):
    license = License(slug="x", name="x", conditions=value)

    with pytest.raises(ValidationError) as error:
        license.clean_fields()
    assert complaint in str(error.value.message_dict["conditions"])


@pytest.mark.parametrize("date", ["2025", "2025-02", "2025-02-28"])
def test_it_takes_dates_as_precise_as_the_source(date):
    TextModel(canonical_id="a", name="a", release_date=date).clean_fields(exclude=["policy"])


@pytest.mark.parametrize("date", ["25", "2025-13", "2025-02-32", "2025-2-1", "2025-02-28x"])
def test_it_refuses_other_dates(date):
    with pytest.raises(ValidationError, match="YYYY-MM"):
        TextModel(canonical_id="a", name="a", release_date=date).clean_fields(exclude=["policy"])


def test_it_says_that_a_basis_needs_a_source():
    with pytest.raises(ValidationError, match="source URL is required"):
        License(slug="x", name="x", basis="permissive-open-weights").full_clean()


def test_it_builds_the_manager_of_versions_once():
    assert type(License.history) is type(License(slug="open").history)


def test_it_numbers_revisions_without_gaps():
    for _ in range(3):
        make_license()

    assert sorted(Revision.objects.values_list("number", flat=True)) == [1, 2, 3]


def test_it_layers_documents():
    assert [table.layer for table in DOCUMENTS] == [Layer.LICENSE, Layer.TERMS]


def test_it_searches_new_spellings_at_once():
    model = make_model("a/b")
    with editing() as opened:
        opened.save(ModelAlias(name="Other-Name", model=model))

    assert TextModel.objects.search("other-name").get() == model
    with editing() as opened:
        opened.delete(ModelAlias.objects.get(name="Other-Name"))
    assert not TextModel.objects.search("other-name").exists()
