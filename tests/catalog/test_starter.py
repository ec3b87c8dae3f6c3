"""The bundled starter: what it holds, what loading it brings, and what it leaves to people."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from dataclasses import replace
from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management import call_command

from policies.bases import Via
from policies.catalog.applying import apply_tables
from policies.catalog.progress import Progress
from policies.catalog.starter import FOLDER, Starter, StarterPlan, read_starter
from policies.management.commands import load_starter
from policies.merging import Merge, Split
from policies.models import (
    CURATED,
    License,
    ModelAlias,
    Policy,
    Provider,
    ProviderTerms,
    Revision,
    Route,
    Tally,
    TextModel,
)
from policies.revisions import revision
from tests.factories import assert_sound, editing, make_model, save

pytestmark = pytest.mark.django_db

DOCUMENTS = ("licenses", "provider_terms", "providers")


def load(*arguments: str) -> str:
    """The command's output."""
    out = StringIO()
    call_command("load_starter", *arguments, stdout=out)
    return out.getvalue()


def bundled(name: str) -> list[dict]:
    """A bundled file, read without the product's own reader."""
    if name in DOCUMENTS:
        return json.loads((FOLDER / f"{name}.json").read_text())
    with gzip.open(FOLDER / f"{name}.json.gz") as file:
        return json.load(file)


def sliced() -> Starter:
    """The starter of a few providers: every kind of row, in a fraction of the time."""
    whole = read_starter()
    routes = [row for row in whole.routes if row["provider"] in ("deepseek", "fireworks-ai", "xai")]
    served = {row["model"] for row in routes}
    return replace(
        whole, routes=routes, models=[row for row in whole.models if row["id"] in served]
    )


@pytest.fixture
def few(monkeypatch) -> Starter:
    """Make the command load the slice."""
    starter = sliced()
    monkeypatch.setattr(load_starter, "read_starter", lambda: starter)
    return starter


def recomputed() -> tuple[Counter, Counter, set]:
    """Routes and models by status, and the pairs, by a few lines that share nothing with the rules."""
    status = {
        **dict.fromkeys(
            ["deepseek-api-terms", "permissive-open-weights", "provider-output-use-terms"],
            "allowed",
        ),
        **dict.fromkeys(
            ["provider-output-use-restriction", "closed-provider-restriction"], "disallowed"
        ),
    }
    licenses = {row["slug"]: status.get(row["basis"], "unknown") for row in bundled("licenses")}
    terms = {row["slug"]: row for row in bundled("provider_terms")}
    terms_of = {row["slug"]: row["terms"] for row in bundled("providers")}
    license_of = {row["id"]: row["license"] for row in bundled("models")}
    models = Counter(licenses.get(slug, "unknown") for slug in license_of.values())
    routes, pairs = Counter(), set()
    for row in bundled("routes"):
        own, slug = license_of[row["model"]], terms_of[row["provider"]]
        of_license, document = licenses.get(own, "unknown"), terms.get(slug, {})
        said = status.get(document.get("basis"), "unknown")
        if said == "allowed" and document["subject_to_license"] and of_license != "allowed":
            said = "unknown"
        routes[said if said != "unknown" else of_license] += 1
        pairs.add((own, slug))
    return routes, models, pairs


def test_it_bundles_files_without_a_time_stamp():
    for path in FOLDER.glob("*.gz"):
        assert path.read_bytes()[4:8] == b"\0\0\0\0", path.name


def test_it_bundles_the_license_of_the_catalog_facts():
    text = (FOLDER / "LICENSE.models-dev").read_text()
    assert "models.dev" in text
    assert "MIT License" in text
    assert "LICENSE.models-dev" in (FOLDER / "README.md").read_text()


def test_it_resolves_to_the_counts_that_follow_from_the_files():
    out = load()
    routes, models, pairs = recomputed()
    assert routes == {"allowed": 1811, "disallowed": 2604, "unknown": 702}
    assert models == {"allowed": 409, "disallowed": 394, "unknown": 485}
    assert len(pairs) == 305
    assert Tally.objects.by_status() == {"routes": routes, "models": models}
    stored = Policy.objects.filter(routes__isnull=False).distinct()
    assert set(stored.values_list("license__slug", "terms__slug")) == pairs
    assert "add routes: 5,117\n" in out
    assert "5,117 routes: 1,811 allowed, 2,604 disallowed, 702 unknown.\n" in out
    assert out.endswith("Loaded as revision 1.\n")
    assert_every_spelling_leads_to_its_model()
    assert_the_forms_would_accept_everything()
    assert_sound()


def assert_every_spelling_leads_to_its_model():
    found = dict(ModelAlias.objects.values_list("key", "model__canonical_id"))
    for row in bundled("models"):
        for name in (row["id"], *row["aliases"]):
            assert found[name.strip().casefold()] == row["id"]
    for row in bundled("routes"):
        assert found[row["provider_model_id"].casefold()] == row["model"]


def assert_the_forms_would_accept_everything():
    for table in CURATED:
        skipped = {field.name for field in table._meta.fields if field.is_relation}
        for record in table.objects.all():
            try:
                record.clean_fields(exclude=skipped)
                record.clean()
            except ValidationError as error:
                pytest.fail(f"{record!r}: {error}")


def test_it_keeps_the_quotes_to_the_letter(few):
    load()
    for table, name in ((License, "licenses"), (ProviderTerms, "provider_terms")):
        stored = dict(table.objects.values_list("slug", "quote"))
        assert stored == {row["slug"]: row["quote"] for row in bundled(name)}


def test_it_changes_nothing_the_second_time(few):
    load()
    assert load().endswith("The starter catalog is loaded already: nothing changed.\n")
    assert Revision.objects.count() == 1


def test_it_writes_one_version_of_each_record_with_user_and_reason(few):
    user = get_user_model().objects.create_user("ada")
    with revision(actor=user, reason="First load.", via=Via.IMPORT) as opened:
        apply_tables(StarterPlan(few).tables, opened, Progress(StringIO()))
    for table in CURATED:
        versions = table.history.values_list(
            "history_user", "history_change_reason", "history_type", "revision"
        )
        assert set(versions.distinct()) == {(user.pk, "First load.", "+", 1)}
        assert table.history.count() == table.objects.count()


def test_it_keeps_what_a_curator_changed(few):
    load()
    license = License.objects.get(slug="mit")
    save(license, note="Read again.")
    route = Route.objects.get(provider__slug="deepseek", provider_model_id="deepseek-chat")
    save(route, available=False)

    out = load()

    assert "Kept as curators left them: 1 licenses.\n" in out
    license.refresh_from_db()
    route.refresh_from_db()
    assert license.note == "Read again."
    assert not route.available
    assert Revision.objects.count() == 3


def test_it_puts_its_own_values_back_when_told_to_overwrite(few):
    load()
    license = License.objects.get(slug="mit")
    note, before = license.note, Tally.objects.by_status()
    save(license, note="Read again.", basis="provider-terms-unknown")
    load("--overwrite")
    license.refresh_from_db()
    assert (license.note, license.basis) == (note, "permissive-open-weights")
    assert Tally.objects.by_status() == before
    assert_sound()


def test_it_brings_a_new_release_of_a_fact_beside_a_curators_other_edit(few):
    load()
    license = License.objects.get(slug="mit")
    save(license, note="Read again.")
    starter = few
    row = next(row for row in starter.licenses if row["slug"] == "mit")
    row["publisher"], row["note"] = "Open Source Initiative", "The new release's note."
    with revision(actor="load_starter", reason="New release.", via=Via.IMPORT) as opened:
        planned = StarterPlan(starter)
        apply_tables(planned.tables, opened, Progress(StringIO()))
    license.refresh_from_db()
    assert (license.publisher, license.note) == ("Open Source Initiative", "Read again.")
    assert planned.licenses.kept == {"mit": ["note"]}
    assert planned.licenses.changed == {"mit": ["publisher"]}


def delete_everything_of(provider: Provider) -> None:
    """Delete a provider and its routes as a curator would, in one edit."""
    with editing("They closed.") as opened:
        for route in provider.routes.all():
            opened.delete(route)
        opened.delete(provider)


def test_it_does_not_bring_back_what_a_curator_deleted(few):
    load()
    provider = Provider.objects.get(slug="deepseek")
    gone = provider.routes.count()
    delete_everything_of(provider)
    out = load()
    assert "Not brought back, deleted since: 1 providers.\n" in out
    assert f"Not brought back, deleted since: {gone} routes.\n" in out
    assert Route.objects.count() == len(few.routes) - gone
    assert Revision.objects.count() == 2
    assert_sound()


def test_it_brings_back_what_a_curator_deleted_when_told_to_overwrite(few):
    load()
    before = Tally.objects.by_status()
    delete_everything_of(Provider.objects.get(slug="deepseek"))
    assert Tally.objects.by_status() != before
    load("--overwrite")
    assert Route.objects.count() == len(few.routes)
    assert Tally.objects.by_status() == before
    assert_sound()


def test_it_does_not_bring_back_an_alias_that_a_curator_deleted(few):
    load()
    alias = ModelAlias.objects.other_spellings().first()
    with editing() as opened:
        opened.delete(alias)
    load()
    assert not ModelAlias.objects.filter(key=alias.key).exists()


def test_it_loads_beside_a_curators_own_model_of_the_same_name(few):
    mine = make_model("DeepSeek-R1", aliases=["my-r1"])
    load()
    mine.refresh_from_db()
    assert TextModel.objects.spelled("deepseek-r1").get() == mine
    assert mine.license is None  # the curator's word on the model, that none is known, stands
    assert Route.objects.count() == len(few.routes)
    assert_sound()


def test_it_leaves_a_curators_alias_where_the_curator_put_it(few):
    row = next(row for row in bundled("models") if row["aliases"])
    mine = make_model("mine/own", aliases=[row["aliases"][0]])
    load()
    assert TextModel.objects.spelled(row["aliases"][0]).get() == mine
    assert_sound()


def test_it_leaves_together_what_a_curator_merged(few):
    load()
    stays, goes = TextModel.objects.order_by("-canonical_id")[:2]
    gone = goes.canonical_id
    with editing() as opened:
        Merge(stays, goes).carry_out(opened)
    number = Revision.objects.current_number()
    load()
    assert Revision.objects.current_number() == number
    assert TextModel.objects.spelled(gone).get() == stays
    assert_sound()


def test_it_leaves_apart_what_a_curator_split(few):
    load()
    source = Route.objects.earliest("pk").model
    new = TextModel(canonical_id="mine/split-off", name="Mine")
    with editing() as opened:
        Split(source, new, routes=list(source.routes.all()[:1])).carry_out(opened)
    number = Revision.objects.current_number()
    load()
    assert Revision.objects.current_number() == number
    assert new.routes.count() == 1
    assert_sound()
