"""The export endpoint sends the published file where that is current, and the same bytes where not."""

import gzip

import pytest
from django.core.cache import cache

from policies.api import exporting, manifest
from policies.export import FORMATS
from policies.export.published import storage
from policies.export.publishing import publish
from policies.models import Revision
from tests.factories import make_license, make_model, make_route, save

pytestmark = pytest.mark.django_db
EXPORT = "/api/export"


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    """Where the tests publish."""
    published = {
        "BACKEND": "nanopolicy.storage.AtomicFileSystemStorage",
        "OPTIONS": {"location": tmp_path},
    }
    settings.STORAGES = {**settings.STORAGES, "published": published}


@pytest.fixture
def license():
    """What every answer of these tests rests on."""
    license = make_license()
    make_route(make_model("a", license))
    return license


@pytest.fixture
def never_written(monkeypatch):
    """An error where the export is written for a request."""

    def fail(*args):
        raise AssertionError("the catalog was read")

    monkeypatch.setattr(exporting, "stream", fail)


@pytest.mark.parametrize("name", FORMATS)
def test_it_sends_the_published_file_as_it_would_have_written_it(get, monkeypatch, license, name):
    before = get(f"{EXPORT}?format={name}")
    publish()
    monkeypatch.setattr(exporting, "stream", None)
    after = get(f"{EXPORT}?format={name}")

    assert after.status_code == 200
    assert after.body == before.body
    for header in ("Content-Type", "Content-Length", "Content-Disposition", "ETag", "Vary"):
        assert after.headers[header] == before.headers[header], header


@pytest.mark.usefixtures("never_written")
def test_it_sends_the_file_in_gzip_to_whoever_takes_it(get, license):
    publish()
    plain = get(EXPORT)
    zipped = get(EXPORT, **{"Accept-Encoding": "gzip"})

    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.body) == plain.body
    assert zipped.headers["Content-Length"] == str(len(zipped.body))
    assert zipped.headers["Content-Type"] == plain.headers["Content-Type"]
    assert "Accept-Encoding" in zipped.headers["Vary"]
    assert zipped.headers["ETag"] == f"W/{plain.headers['ETag']}"  # other bytes, another tag


@pytest.mark.usefixtures("never_written")
def test_it_answers_304_for_either(get, license):
    publish()
    for accepted in ("identity", "gzip"):
        headers = {"Accept-Encoding": accepted}
        tag = get(EXPORT, **headers).headers["ETag"]
        again = get(EXPORT, **headers, **{"If-None-Match": tag})
        assert (again.status_code, again.headers["ETag"]) == (304, tag)


def test_it_writes_the_export_where_the_published_one_is_older(get, license):
    publish()
    save(license, note="Another note.")

    response = get(EXPORT)
    assert b"Another note." in response.body
    number = Revision.objects.current_number()
    assert f"nanopolicy-r{number}." in response.headers["Content-Disposition"]


def test_it_writes_the_export_of_a_past_revision(get, license):
    number = Revision.objects.current_number()
    save(license, note="Another note.")
    publish()

    assert b"Another note." not in get(f"{EXPORT}?as_of=r{number}").body
    assert b"Another note." in get(EXPORT).body


def test_it_writes_the_export_where_the_file_is_gone(get, license):
    before = get(EXPORT).body
    for entry in publish().manifest["files"]:
        storage().delete(entry["path"])

    assert get(EXPORT).body == before


@pytest.mark.usefixtures("never_written")
def test_it_reads_the_revision_and_its_counts_and_no_row_of_the_catalog(
    get, django_assert_num_queries, license
):
    publish()
    with django_assert_num_queries(2):
        assert get(EXPORT).status_code == 200


def test_it_tells_the_manifest_that_was_published(get, monkeypatch, license):
    before = get("/api/v1/manifest").json()
    publish()
    cache.clear()
    monkeypatch.setattr(manifest, "manifest", None)

    assert get("/api/v1/manifest").json() == before
