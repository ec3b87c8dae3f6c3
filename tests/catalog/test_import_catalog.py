"""``import_catalog models-dev``: what a file brings in, and what it must leave alone."""

from __future__ import annotations

import pytest
from django.core.management import CommandError

from policies import revisions
from policies.catalog.import_plan import CATALOG
from policies.models import CURATED, Family, ModelAlias, Provider, Revision, Route, TextModel
from tests.catalog.files import SMALL, import_altered, import_file, run, small, stored_rows, write
from tests.factories import (
    assert_sound,
    editing,
    make_family,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
    save,
)

pytestmark = pytest.mark.django_db

ALPHA = ("acme", "acme/alpha-1")


def route(provider: str, name: str) -> Route:
    return Route.objects.get(provider__slug=provider, provider_model_id=name)


def served() -> dict[str, str]:
    """provider:id → canonical id of every route."""
    rows = Route.objects.values_list("provider__slug", "provider_model_id", "model__canonical_id")
    return {f"{provider}:{name}": model for provider, name, model in rows}


def without(provider: str, name: str):
    return lambda value: value[provider]["models"].pop(name)


def test_it_brings_in_providers_models_aliases_and_routes():
    out = import_file()
    assert served() == {
        "acme:acme/alpha-1": "acme/alpha-1",
        "acme:acme/alpha-0": "acme/alpha-0",
        "relay:Acme/Alpha-1": "acme/alpha-1",
        "relay:acme/alpha-1:free": "acme/alpha-1",
        "relay:accounts/relay/models/alpha-1-fp8": "acme/alpha-1",
        "relay:acme/alpha-1-turbo": "acme/alpha-1-turbo",
        "solo:müller/größe-7b": "müller/grösse-7b",
    }
    assert set(Provider.objects.values_list("slug", flat=True)) == {"acme", "relay", "solo"}
    assert TextModel.objects.spelled("ACCOUNTS/relay/models/Alpha-1-FP8").get().name == "Alpha 1"
    assert "Imported as revision 1." in out
    assert_sound()


def test_it_sets_what_the_file_knows_of_a_new_model():
    import_file()
    model = TextModel.objects.get(canonical_id="acme/alpha-1")
    assert (model.name, model.family.slug, model.context_length, model.release_date) == (
        "Alpha 1",
        "alpha",
        131072,
        "2026-03",
    )
    assert (model.owner, model.license, model.license_evidence) == ("", None, "none")
    assert route("acme", "acme/alpha-0").lifecycle == "deprecated"
    assert route("acme", "acme/alpha-0").available


def test_it_leaves_every_new_model_and_route_unknown():
    make_family("alpha", license=make_license())
    import_file()
    model = TextModel.objects.get(canonical_id="acme/alpha-1")
    assert model.family is None  # a family that carries a license would have licensed it
    assert set(TextModel.objects.values_list("policy__status", flat=True)) == {"unknown"}
    assert set(Route.objects.values_list("policy__status", flat=True)) == {"unknown"}
    assert_sound()


def test_it_gives_new_routes_of_known_models_their_answer():
    make_model("acme/alpha-1", license=make_license(), owner="Acme")
    make_provider("relay", terms=make_terms())
    import_file()
    assert route("acme", "acme/alpha-1").policy.status == "allowed"
    assert route("relay", "acme/alpha-1:free").policy.status == "disallowed"
    assert route("solo", "müller/größe-7b").policy.status == "unknown"
    assert_sound()


def test_it_changes_nothing_the_second_time():
    import_file()
    before = stored_rows()
    out = import_file()
    assert stored_rows() == before
    assert "The file brings nothing new: nothing changed." in out
    assert Revision.objects.count() == 1


def test_it_writes_nothing_in_a_dry_run():
    make_model("acme/alpha-1")
    before = stored_rows()
    out = import_file(SMALL, "--dry-run")
    assert stored_rows() == before
    assert "Routes to add: 7" in out
    assert out.endswith("Dry run: nothing was written.\n")


def test_it_never_overwrites_a_models_attributes(tmp_path):
    import_file()

    def alter(value):
        value["acme"]["models"]["acme/alpha-1"].update(
            name="Renamed", family="other", release_date="2027", limit={"context": 1}
        )

    before = TextModel.objects.filter(canonical_id="acme/alpha-1").values().get()
    assert "nothing changed" in import_altered(tmp_path, alter)
    assert TextModel.objects.filter(canonical_id="acme/alpha-1").values().get() == before


def test_it_keeps_the_model_of_an_existing_route(tmp_path):
    import_file()
    other = make_model("acme/other")
    save(route(*ALPHA), model=other)
    import_file()
    assert route(*ALPHA).model == other
    assert_sound()


def test_it_marks_vanished_routes_unavailable_and_deletes_none(tmp_path):
    import_file()
    out = import_altered(tmp_path, without(*ALPHA))
    assert "Routes to mark unavailable: 1\n  acme: acme/alpha-1\n" in out
    assert not route(*ALPHA).available
    assert Route.objects.filter(available=False).count() == 1
    assert_sound()


def test_it_marks_the_routes_of_a_vanished_provider_unavailable(tmp_path):
    import_file()
    import_altered(tmp_path, lambda value: value.pop("relay"))
    gone = Route.objects.filter(available=False).values_list("provider__slug", flat=True)
    assert list(gone) == ["relay"] * 4
    assert Provider.objects.filter(slug="relay").exists()


def test_it_makes_a_route_available_again_that_came_back(tmp_path):
    import_file()
    import_altered(tmp_path, without(*ALPHA))
    out = import_file()
    assert "Routes to mark available again: 1" in out
    assert route(*ALPHA).available
    assert Revision.objects.count() == 3


def test_it_never_makes_routes_vanish_that_it_did_not_bring_or_adopt(tmp_path):
    curators = make_route()
    import_file()
    import_altered(tmp_path, without(*ALPHA))
    assert Route.objects.get(pk=curators.pk).available


def test_it_adopts_a_listed_route_and_then_sees_it_vanish(tmp_path):
    acme = make_provider("acme")
    model = make_model("somebody/else")
    make_route(model, acme, provider_model_id="acme/alpha-1")
    out = import_file()
    assert "Routes to adopt: 1\n  acme: acme/alpha-1\n" in out
    assert route(*ALPHA).catalog == CATALOG
    assert route(*ALPHA).model == model
    import_altered(tmp_path, without(*ALPHA))
    assert not route(*ALPHA).available


def test_it_follows_a_changed_lifecycle(tmp_path):
    import_file()

    def deprecate(value):
        value["acme"]["models"]["acme/alpha-1"]["status"] = "deprecated"

    assert "Routes to change: 1" in import_altered(tmp_path, deprecate)
    assert route(*ALPHA).lifecycle == "deprecated"
    assert route(*ALPHA).available


def test_it_follows_a_providers_new_address(tmp_path):
    import_file()
    out = import_altered(tmp_path, lambda v: v["acme"].update(doc="https://acme.example/new"))
    assert "Providers to change: 1\n  acme (docs_url)\n" in out
    assert Provider.objects.get(slug="acme").docs_url == "https://acme.example/new"


def test_it_gives_spellings_to_the_matched_model_and_makes_them_searchable():
    make_model("acme/alpha-1", owner="Acme", aliases=["the first"])
    import_file()
    model = TextModel.objects.get(canonical_id="acme/alpha-1")
    names = set(model.aliases.values_list("name", flat=True))
    assert names == {
        "acme/alpha-1",
        "the first",
        "acme/alpha-1:free",
        "accounts/relay/models/alpha-1-fp8",
    }
    assert TextModel.objects.search("ACCOUNTS fp8 first").get() == model
    created = TextModel.objects.get(canonical_id="müller/grösse-7b")
    assert list(created.aliases.values_list("key", flat=True)) == ["müller/grösse-7b"]
    assert TextModel.objects.search("GRÖSSE").get() == created
    assert_sound()


def test_it_says_how_each_new_id_was_matched():
    make_model("acme/alpha-0")
    make_model("x/first", aliases=["ACME/alpha-1"])
    out = import_file()
    assert "New ids matched to models: 1 exact, 2 alias, 2 normalized, 2 new" in out
    assert "  acme: acme/alpha-0 → acme/alpha-0 (exact)\n" in out
    assert "  relay: Acme/Alpha-1 → x/first (alias)\n" in out
    assert "  relay: acme/alpha-1:free → x/first (normalized: route tag)\n" in out
    assert "models/alpha-1-fp8 → x/first (normalized: quantization, vendor prefix)\n" in out
    assert "  solo: müller/größe-7b → müller/grösse-7b (new)\n" in out


def test_it_says_what_the_file_holds_and_what_it_skipped():
    out = import_file()
    first = "The file lists 3 providers and 7 text routes; 2 rows without text output skipped."
    assert out.startswith(first)


def test_it_cuts_long_lists_short_unless_asked():
    assert "Routes to add: 7" in import_file(SMALL, "--dry-run")
    assert "  and 2 more (--verbosity 2 lists all)\n" in import_file(SMALL, "--dry-run")
    assert "more (" not in import_file(SMALL, "--dry-run", "--verbosity=2")


def test_it_records_who_why_and_how_in_every_version():
    import_file()
    (newest,) = Revision.objects.all()
    assert (newest.actor, newest.via) == ("import_catalog models-dev", "import")
    assert newest.reason == "Import models-dev file models-dev-small.json."
    for table in (Provider, Family, TextModel, ModelAlias, Route):
        versions = table.history.all()
        assert versions.count() == table.objects.count() > 0
        for version in versions:
            assert version.revision == newest
            assert version.history_change_reason == newest.reason
            assert version.history_date == newest.at


def test_it_records_the_user_of_a_revision_that_it_joins(django_user_model):
    user = django_user_model.objects.create_user("ada")
    with editing(actor=user, reason="Fresh file"):
        import_file()
    for table in (Provider, TextModel, ModelAlias, Route):
        assert set(table.history.values_list("history_user", "history_change_reason")) == {
            (user.pk, "Fresh file")
        }


def test_it_writes_one_history_version_per_changed_row(tmp_path):
    import_file()
    counts = {table: table.history.count() for table in CURATED}
    import_altered(tmp_path, without(*ALPHA))
    grown = {table: table.history.count() - counts[table] for table in CURATED}
    assert {table.__name__: n for table, n in grown.items() if n} == {"Route": 1}
    assert route(*ALPHA).version == 2


def test_it_refuses_a_faulty_file_in_one_line_and_writes_nothing(tmp_path):
    value = small()
    value["solo"]["models"]["müller/größe-7b"]["name"] = 7
    before = stored_rows()
    with pytest.raises(CommandError) as caught:
        import_file(write(tmp_path, value))
    assert (
        str(caught.value)
        == "providers.solo.models.müller/größe-7b.name: must be a text, not a number."
    )
    assert caught.value.returncode == 1
    assert stored_rows() == before


@pytest.mark.parametrize("table", [Provider, TextModel, Route])
def test_it_undoes_everything_where_a_write_fails(table, monkeypatch):
    make_model("acme/alpha-1")
    before = stored_rows()

    written = revisions.write_versions

    def fail(of, *args):
        if of is table:
            raise RuntimeError("the disk is full")
        written(of, *args)

    monkeypatch.setattr(revisions, "write_versions", fail)
    with pytest.raises(RuntimeError, match="the disk is full"):
        import_file()
    assert stored_rows() == before


def test_it_refuses_another_format():
    with pytest.raises(CommandError, match="invalid choice: 'csv'"):
        run("import_catalog", "csv", SMALL)
