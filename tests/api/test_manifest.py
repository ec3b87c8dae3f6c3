"""``/api/v1/manifest``: the current state in a few numbers, and its files by their hash."""

import hashlib
from collections import Counter

import pytest

from policies.api import manifest as manifest_module
from policies.bases import NOTICE
from policies.export import SCHEMA_VERSION
from policies.models import Revision, TextModel
from policies.rules import RULES_VERSION
from tests.api.schema import assert_follows
from tests.factories import make_model, save
from tests.mirror import exported

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_catalog")]
ADDRESS = "/api/v1/manifest"


def test_it_tells_the_state_and_its_counts(read):
    document = read(ADDRESS)

    assert_follows(document, ADDRESS)
    assert document["revision"] == 1
    assert document["generatedAt"] == "2026-11-24T09:30:00.123456Z"
    assert document["schemaVersion"] == SCHEMA_VERSION
    assert document["rulesVersion"] == RULES_VERSION
    assert document["notice"] == NOTICE
    for kind, routes in (("models", False), ("routes", True)):
        found = Counter(
            row["distillationPolicy"]["status"]
            for key, row in exported().items()
            if bool(key[1]) == routes
        )
        assert document["counts"][kind] == {"total": found.total(), **found}


def test_it_tells_size_and_hash_of_every_file(get, read):
    save(TextModel.objects.first(), name="Another name")
    document = read(ADDRESS)
    make_model("later")

    assert [one["format"] for one in document["files"]] == ["ndjson", "json", "csv"]
    for one in document["files"]:
        file = get(f"/api/export?format={one['format']}&as_of=r{document['revision']}")
        assert hashlib.sha256(file.body).hexdigest() == one["sha256"]
        assert len(file.body) == one["size"]
        assert file.headers["Content-Type"] == one["contentType"]
        assert one["name"] in file.headers["Content-Disposition"]


def test_it_reads_everything_once_for_each_revision(read, monkeypatch):
    written = []
    measure = manifest_module.manifest
    monkeypatch.setattr(
        manifest_module, "manifest", lambda revision: written.append(revision) or measure(revision)
    )
    first = read(ADDRESS)
    assert read(ADDRESS) == read(f"{ADDRESS}?as_of=r1") == first
    assert len(written) == 1

    make_model("later")
    assert read(ADDRESS)["revision"] == 2
    assert len(written) == 2


def test_it_tells_a_past_state(read):
    first = read(ADDRESS)
    make_model("later")

    assert read(f"{ADDRESS}?as_of=r1") == first != read(ADDRESS)
    assert read(f"{ADDRESS}?as_of=r0")["counts"]["models"]["total"] == 0
    assert Revision.objects.current_number() == 2
