"""An ETag names the state and the question; a 304 saves the answer."""

import pytest

from policies.api import answering
from policies.models import Revision
from tests.api.problems import problem_of
from tests.factories import make_license, make_model, save

ADDRESSES = [
    "/api/explore/text-models",
    "/api/explore/search?q=a",
    "/api/v1/models",
    "/api/v1/models?detailed=true",
    "/api/models/a/providers",
    "/api/export?format=csv",
    "/api/export?format=json",
    "/api/v1/manifest",
    "/api/v1/changes?since=0",
    "/api/v1/explain?model=a",
]
pytestmark = pytest.mark.django_db


@pytest.fixture
def license():
    license = make_license("l")
    make_model("a", license, aliases=["b"])
    return license


@pytest.mark.parametrize("address", ADDRESSES)
def test_it_answers_304_while_nothing_changed(get, license, address):
    first = get(address)
    tag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "public, no-cache"

    again = get(address, **{"if-none-match": f'"other", W/{tag}'})
    assert again.status_code == 304
    assert again.body == b""
    assert again.headers["ETag"] == tag

    save(license, note="Changed")
    assert get(address, **{"if-none-match": tag}).status_code == 200


def test_it_asks_one_query_for_a_304(get, license, django_assert_num_queries):
    tag = get(ADDRESSES[0]).headers["ETag"]

    with django_assert_num_queries(1):
        get(ADDRESSES[0], **{"if-none-match": tag})


def test_it_gives_every_question_a_tag_of_its_own(get, license):
    tags = {get(address).headers["ETag"] for address in ADDRESSES}

    assert len(tags) == len(ADDRESSES)


def test_it_gives_one_question_in_other_words_the_same_tag(get, license):
    plain = get("/api/explore/text-models").headers["ETag"]

    same = get("/api/explore/text-models?page_size=100&distillation=all&page=1")
    assert same.headers["ETag"] == plain


@pytest.mark.parametrize(("name", "value"), [("RULES_VERSION", 99), ("__version__", "99.0")])
def test_it_forgets_tags_when_rules_or_code_change(get, license, monkeypatch, name, value):
    tag = get(ADDRESSES[0]).headers["ETag"]
    monkeypatch.setattr(answering, name, value)
    answering.understood.forget()  # as the process that runs the other code

    assert get(ADDRESSES[0], **{"if-none-match": tag}).status_code == 200


def test_it_tells_the_revisions_of_a_restored_database_apart(get, license):
    tag = get(ADDRESSES[0]).headers["ETag"]
    newest = Revision.objects.current()
    newest.at = newest.at.replace(year=2020)
    newest.save()

    assert get(ADDRESSES[0], **{"if-none-match": tag}).status_code == 200


def test_it_tells_a_failed_precondition_in_json(get, license):
    response = get(ADDRESSES[0], **{"if-match": '"other"'})

    assert problem_of(response, 412)["title"] == "Precondition Failed"


def test_it_gives_errors_no_tag(get, license):
    for address in ("/api/models/nobody/providers", "/api/explore/search?q=", "/api/nothing"):
        assert "ETag" not in get(address).headers
