"""What people decided stays, whatever a file says, and an import may not undo a deletion."""

from __future__ import annotations

import pytest

from policies.models import Provider, Revision, Route, TextModel
from policies.revisions import revision
from tests.catalog.files import import_altered, import_file
from tests.factories import assert_sound, editing, make_model, make_provider, make_route, save

pytestmark = pytest.mark.django_db

ALPHA = ("acme", "acme/alpha-1")


def route() -> Route:
    return Route.objects.get(provider__slug="acme", provider_model_id="acme/alpha-1")


def drop_alpha(value):
    value["acme"]["models"].pop("acme/alpha-1")


def deprecate_alpha(value):
    value["acme"]["models"]["acme/alpha-1"]["status"] = "deprecated"


def rename_acme(value):
    value["acme"]["name"] = "Acme Incorporated"


def deleted(record) -> None:
    with editing() as opened:
        opened.delete(record)


def test_it_keeps_a_providers_name_that_a_person_wrote(tmp_path):
    import_file()
    save(Provider.objects.get(slug="acme"), name="ACME")
    out = import_altered(tmp_path, rename_acme)
    assert "Providers kept as a curator left them: 1\n  acme (name)\n" in out
    assert Provider.objects.get(slug="acme").name == "ACME"


def test_it_still_follows_the_columns_that_nobody_touched(tmp_path):
    import_file()
    save(Provider.objects.get(slug="acme"), docs_url="https://acme.example/mine")
    import_altered(tmp_path, rename_acme)
    acme = Provider.objects.get(slug="acme")
    assert (acme.name, acme.docs_url) == ("Acme Incorporated", "https://acme.example/mine")


def test_it_keeps_every_column_of_a_provider_that_a_person_made():
    make_provider("acme", name="Mine")
    out = import_file()
    assert "  acme (name, docs_url, api_url)\n" in out
    assert Provider.objects.get(slug="acme").name == "Mine"


def test_it_keeps_a_route_unavailable_that_a_person_switched_off():
    import_file()
    save(route(), available=False)
    out = import_file()
    assert "Routes kept as a curator left them: 1\n" in out
    assert not route().available
    assert Revision.objects.count() == 2


def test_it_keeps_a_route_available_that_a_person_switched_on(tmp_path):
    import_file()
    import_altered(tmp_path, drop_alpha)
    save(route(), available=True)
    import_altered(tmp_path, drop_alpha)
    assert route().available


def test_it_keeps_a_lifecycle_that_a_person_set(tmp_path):
    import_file()
    save(route(), lifecycle="beta")
    import_altered(tmp_path, deprecate_alpha)
    assert route().lifecycle == "beta"


def test_it_follows_the_file_again_after_an_import_had_the_last_word(tmp_path):
    """The person's value is gone from the record, so nothing is left to protect."""
    import_file()
    save(route(), lifecycle="beta")
    with revision(actor="load_starter", reason="Overwrite", via="import") as opened:
        found = route()
        found.lifecycle = "active"
        opened.save(found)
    import_altered(tmp_path, deprecate_alpha)
    assert route().lifecycle == "deprecated"


def test_it_sees_a_curators_own_route_vanish_only_after_adoption(tmp_path):
    make_route(make_model("acme/alpha-1"), make_provider("acme"), provider_model_id="acme/alpha-1")
    import_altered(tmp_path, drop_alpha)
    assert route().available
    import_file()
    import_altered(tmp_path, drop_alpha)
    assert not route().available


def test_it_sees_a_curators_own_route_return_after_an_import_took_it_away(tmp_path):
    make_route(make_model("acme/alpha-1"), make_provider("acme"), provider_model_id="acme/alpha-1")
    import_file()
    import_altered(tmp_path, drop_alpha)
    out = import_file()
    assert "Routes to mark available again: 1\n" in out
    assert route().available


def test_it_keeps_a_route_unavailable_that_a_person_made_so():
    make_route(
        make_model("acme/alpha-1"),
        make_provider("acme"),
        provider_model_id="acme/alpha-1",
        available=False,
    )
    import_file()
    assert not route().available


def test_it_does_not_bring_back_a_deleted_route():
    import_file()
    deleted(route())
    out = import_file()
    line = "Routes deleted by a curator, not brought back: 1\n  acme: acme/alpha-1\n"
    assert line in out
    assert not Route.objects.filter(provider_model_id="acme/alpha-1").exists()
    assert_sound()


def test_it_does_not_bring_back_a_deleted_provider():
    import_file()
    for found in Route.objects.filter(provider__slug="solo"):
        deleted(found)
    deleted(Provider.objects.get(slug="solo"))
    out = import_file()
    assert "Providers deleted by a curator, not brought back: 1\n  solo\n" in out
    assert not Provider.objects.filter(slug="solo").exists()
    assert Route.objects.count() == 6


def test_it_does_not_bring_back_a_deleted_model_for_a_new_route(tmp_path):
    import_file()
    for found in Route.objects.filter(model__canonical_id="acme/alpha-0"):
        deleted(found)
    deleted(TextModel.objects.get(canonical_id="acme/alpha-0"))

    def list_elsewhere(value):
        value["solo"]["models"]["acme/alpha-0"] = value["acme"]["models"]["acme/alpha-0"]

    out = import_altered(tmp_path, list_elsewhere)
    assert "  solo: acme/alpha-0\n" in out
    assert not TextModel.objects.filter(canonical_id="acme/alpha-0").exists()
    assert_sound()


def test_it_does_not_bring_back_a_deleted_spelling(tmp_path):
    import_file()
    model = TextModel.objects.get(canonical_id="acme/alpha-1")
    deleted(model.aliases.get(key="acme/alpha-1:free"))

    def list_elsewhere(value):
        value["solo"]["models"]["acme/alpha-1:free"] = value["relay"]["models"]["acme/alpha-1:free"]

    import_altered(tmp_path, list_elsewhere)
    assert not TextModel.objects.spelled("acme/alpha-1:free").exists()
    assert (
        Route.objects.get(provider__slug="solo", provider_model_id="acme/alpha-1:free").model
        == model
    )


def test_it_takes_what_a_person_made_anew_under_a_deleted_key():
    import_file()
    model = route().model
    deleted(route())
    make_route(model, Provider.objects.get(slug="acme"), provider_model_id="acme/alpha-1")
    assert "Routes to adopt: 1" in import_file()
    assert_sound()
