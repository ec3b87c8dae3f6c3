"""The manifest: what one revision's export consists of, told without sending it."""

import hashlib

import pytest

from policies.export import FORMATS, describe, stream
from policies.export.manifest import manifest
from policies.models import Revision
from tests.factories import editing, make_license, make_model, make_route, save
from tests.golden.catalog import record_small_catalog
from tests.golden.compare import FOLDER

pytestmark = pytest.mark.django_db


def test_it_tells_size_and_sha256_of_every_format():
    record_small_catalog()
    told = manifest(Revision.objects.current())

    assert [file["format"] for file in told["files"]] == list(FORMATS)
    for file in told["files"]:
        content = (FOLDER / f"export.{file['format']}").read_bytes()
        assert file["size"] == len(content)
        assert file["sha256"] == hashlib.sha256(content).hexdigest()
        assert file["name"] == f"nanopolicy-r1.{file['format']}"
        assert file["contentType"] == FORMATS[file["format"]].content_type


def test_it_tells_the_exports_own_meta():
    record_small_catalog()
    told = manifest(Revision.objects.current())
    del told["files"]

    assert told == describe(Revision.objects.current())


def test_it_tells_of_nothing_before_the_first_revision():
    told = manifest(None)

    assert (told["revision"], told["generatedAt"]) == (0, None)
    assert told["files"][0]["size"] == 0
    assert told["files"][0]["sha256"] == hashlib.sha256(b"").hexdigest()


def test_it_tells_another_sha256_only_where_the_bytes_differ():
    """A license that no model uses is a revision, and not in any line of the export."""
    with editing():
        license = make_license()
        make_route(make_model("a", license))
    first = manifest(Revision.objects.current())
    make_license("unused")
    second = manifest(Revision.objects.current())
    save(license, note="Another note.")
    third = manifest(Revision.objects.current())

    def by_format(told):
        return {file["format"]: file["sha256"] for file in told["files"]}

    assert by_format(first)["ndjson"] == by_format(second)["ndjson"]
    assert by_format(first)["csv"] == by_format(second)["csv"]
    assert by_format(first)["json"] != by_format(second)["json"]  # it names its revision
    assert by_format(second)["ndjson"] != by_format(third)["ndjson"]
    assert b"".join(stream("ndjson", describe(Revision.objects.current()))).count(b"Another") == 2
