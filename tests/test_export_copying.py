"""PostgreSQL writes the export's lines itself: the same bytes as Python's, of the same state, or an error."""

import json
from itertools import count

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policies.asof import as_of
from policies.export import FORMATS, copying, describe, formats, stream
from policies.models import Revision, TextModel
from policies.revisions import snapshot
from policies.supposing import rehearsal
from tests.factories import (
    CLOSED,
    SILENT,
    editing,
    make_family,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
    save,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has COPY"),
]
NASTY = [
    '"quoted" \\ and / \\" \\\\',
    "".join(map(chr, range(1, 32))),
    "\x7f\x80\x9f\xa0\u00ad\u2028\u2029\ufeff\ufffe\uffff",
    "\U0001f600\U0010ffff e\u0301 ß Σς İ",
    '\\."\\.',
    "\\u0002l1\\u0002",
    "\x02l1\x02,\x01\x03",
    "<script>&amp;'</script>%s%%{}",
]
BROKEN = "COPY (SELECT 1 / (4 - n) FROM generate_series(1, 9) n) TO STDOUT"
numbers = count(1)


def export(name: str, chunk: int = 2) -> bytes:
    return b"".join(stream(name, describe(Revision.objects.current()), chunk=chunk))


def by_python(name: str) -> bytes:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(formats, "can_copy", lambda: False)
        return export(name)


def assert_same() -> None:
    for name in FORMATS:
        assert export(name) == by_python(name)


def record_nasty(texts: list[str]) -> None:
    """Each text wherever a text of its kind can stand."""
    with editing():
        for text in texts:
            number = next(numbers)
            document = {"label": text[:150], "note": text}
            family = make_family(license=make_license(basis=CLOSED, **document))
            terms = [make_terms(**document), make_terms(basis=SILENT, source_url="", **document)]
            model = make_model(
                f"{text}{number}",
                family=family,
                name=text,
                owner=text,
                aliases=[f"{text}b{number}", f"{text}C{number}", f"_{text}{number}"],
            )
            for provider in (make_provider(terms=one) for one in (*terms, None)):
                make_route(model, provider, provider_model_id=f"{text}a{number}", available=False)
                make_route(model, provider, provider_model_id=f"{text}A{number}")


def test_it_writes_any_text_as_python_does():
    record_nasty(NASTY)

    assert_same()
    assert {json.loads(line)["name"] for line in export("ndjson").splitlines()} == set(NASTY)


def test_it_writes_what_is_missing_as_python_does():
    with editing():
        make_model("a")
        make_model("b", make_license(basis=SILENT, source_url=""), aliases=["another"])
        make_route(make_model("c", owner=""), make_provider())

    assert_same()


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=50))
def test_it_writes_whatever_is_recorded_as_python_does(text):
    record_nasty([text])

    assert_same()


def test_it_sorts_by_code_point_whatever_a_slug_ends_with():
    with editing():
        model = make_model("m")
        for slug in ("a", "a-b", "a.b", "a_b", "ab", "a0"):
            provider = make_provider(slug)
            for name in ("Z", "a", "_", "é", "\x01", "😀", "\uffff"):
                make_route(model, provider, provider_model_id=f"{name}{slug}")

    (record,) = map(json.loads, export("ndjson").splitlines())
    found = [(row["provider"], row["providerModelId"]) for row in record["providers"]]
    assert found == sorted(found)
    assert len(found) == 42
    assert_same()


def test_it_shows_a_past_and_a_supposed_state():
    license = make_license(note="Before.")
    make_route(make_model("a", license))
    first, past = Revision.objects.current(), export("ndjson")
    save(license, note="After.")
    present = export("ndjson")

    with snapshot(), as_of(first.number):
        assert b"".join(stream("ndjson", describe(first))) == past
    with rehearsal() as supposed:
        model = TextModel.objects.get()
        model.name = "Supposed"
        supposed.save(model)
        assert export("ndjson") == present.replace(b'"name":"a"', b'"name":"Supposed"')
    assert export("ndjson") == present != past


@pytest.mark.parametrize("name", ["ndjson", "json"])
def test_it_fails_where_the_database_fails_midway(monkeypatch, name):
    monkeypatch.setattr(copying, "COPY", BROKEN)
    pieces = []
    with pytest.raises(DatabaseError, match="division by zero"), transaction.atomic():
        pieces.extend(stream(name, {}, chunk=1))
    assert len(pieces) >= 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["ndjson", "json"])
def test_it_sends_no_half_export(client, settings, monkeypatch, name):
    settings.PUBLIC_READ = True
    monkeypatch.setattr(copying, "COPY", BROKEN)
    client.raise_request_exception = False

    assert client.get(f"/api/export?format={name}").status_code == 500
    monkeypatch.undo()
    whole = client.get(f"/api/export?format={name}")
    assert whole.status_code == 200
    whole.close()


@pytest.mark.django_db(transaction=True)
def test_it_frees_the_connection_of_an_export_that_nobody_reads_to_its_end():
    with editing():
        for _ in range(3):
            make_model()
    with snapshot():
        pieces = stream("ndjson", {}, chunk=1)
        next(pieces)
        pieces.close()

    assert TextModel.objects.count() == 3


def test_it_refuses_a_pair_that_it_does_not_know():
    make_model("a")

    with pytest.raises(KeyError):
        list(copying.copied(1, {}))
