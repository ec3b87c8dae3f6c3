"""Answers are kept for as long as they are true, for everybody alike, and not without end."""

import pytest

from policies.api import decided, kept, params
from policies.api.answering import Understood
from policies.api.kept import Kept
from policies.filters.facets import Pairs
from tests.api.tokens import bearer, make_token
from tests.factories import CLOSED, editing, make_license, make_model, make_route, save

ADDRESSES = [
    "/api/explore/text-models",
    "/api/explore/search?q=a",
    "/api/v1/models?detailed=true",
    "/api/models/a/providers",
    "/api/v1/routes",
    "/api/v1/licenses",
    "/api/v1/explain?model=a",
    "/api/v1/changes?since=0",
]


@pytest.fixture
def license(db):
    with editing():
        license = make_license("l")
        make_route(make_model("a", license, aliases=["b"]))
    license.refresh_from_db()
    return license


@pytest.mark.parametrize("address", ADDRESSES)
def test_it_reads_the_revision_alone_where_the_answer_is_kept(
    get, license, django_assert_num_queries, address
):
    first = get(address)
    with django_assert_num_queries(1):
        again = get(address)

    assert (again.status_code, again.body) == (200, first.body)
    assert dict(again.headers) == dict(first.headers)


@pytest.mark.parametrize("address", ADDRESSES)
def test_it_shows_an_edit_at_once(get, license, address):
    before = get(address).body
    save(license, basis=CLOSED, note="Read again.")

    after = get(address).body
    assert b"Read again." in after
    assert b"Read again." not in before


def test_it_keeps_the_past_apart_from_the_present(get, license):
    past = f"/api/v1/models?detailed=true&as_of=r{save(license, note='One.').number}"
    first = get(past).body
    save(license, note="Two.")

    assert get("/api/v1/models?detailed=true").body != first
    assert get(past).body == first


def test_it_gives_everybody_the_same_bytes(client, license, settings, django_user_model):
    settings.PUBLIC_READ = False
    address = ADDRESSES[0]
    told = [client.get(address, headers=bearer(make_token(name)[1])).content for name in "xy"]
    for name in "uv":
        client.force_login(django_user_model.objects.create_user(name))
        told.append(client.get(address).content)

    assert b'"id":"a"' in told[0]
    assert told == told[:1] * 4


def test_it_answers_nobody_who_may_not_ask(client, get, license, settings):
    get(ADDRESSES[0])
    settings.PUBLIC_READ = False

    assert client.get(ADDRESSES[0]).status_code == 401


def test_it_keeps_no_error_and_no_file(get, license):
    for address in (
        "/api/models/nobody/providers",
        "/api/v1/models?x=1",
        "/api/export?format=json",
    ):
        get(address)

    assert kept.answers.size == 0


def test_it_lets_go_what_was_not_used_for_longest():
    answers = Kept(most=10, biggest=6)
    answers.keep("a", b"aaaa")
    answers.keep("b", b"bbbb")
    assert answers.find("a") == b"aaaa"
    answers.keep("c", b"cccc")

    assert (answers.find("a"), answers.find("b"), answers.find("c")) == (b"aaaa", None, b"cccc")
    assert answers.size == 8


def test_it_keeps_nothing_big():
    answers = Kept(most=10, biggest=6)
    answers.keep("a", b"aaaaaaa")

    assert (answers.find("a"), answers.size) == (None, 0)


def test_it_counts_what_is_kept_twice_once():
    answers = Kept(most=10, biggest=6)
    answers.keep("a", b"aaaa")
    answers.keep("a", b"aa")

    assert (answers.find("a"), answers.size) == (b"aa", 2)


def test_it_reads_no_pair_twice_in_one_state(get, license, django_assert_num_queries):
    get("/api/explore/text-models")
    kept.answers.forget()
    with django_assert_num_queries(2):  # the revision and the models
        get("/api/explore/text-models")


def test_it_knows_the_pairs_of_a_few_states_alone(get, license):
    for number in range(decided.STATES + 2):
        save(license, note=f"Note {number}.")
        assert f"Note {number}." in get("/api/explore/text-models").content.decode()

    assert len(decided._states) == decided.STATES


def test_it_asks_once_in_a_state_which_pairs_are_meant(get, license, monkeypatch):
    first = get("/api/v1/routes?status=allowed&page_size=5")
    monkeypatch.setattr(Pairs, "matching", None)
    again = get("/api/v1/routes?status=allowed&page_size=6")

    assert again.json()["data"] == first.json()["data"] != []
    monkeypatch.undo()
    save(license, basis=CLOSED)
    assert get("/api/v1/routes?status=allowed&page_size=6").json()["data"] == []


def test_it_takes_a_question_apart_once(get, license, monkeypatch):
    taken = []
    refuse_wrong = params.refuse_wrong
    monkeypatch.setattr(
        params, "refuse_wrong", lambda *args: taken.append(args[0]) or refuse_wrong(*args)
    )
    address = "/api/explore/text-models?page_size=7&page=1"
    first, second = get(address), get(address)
    assert first.body == second.body
    assert len(taken) == 1

    save(license, basis=CLOSED)
    assert get(address).body != first.body
    assert get(address, **{"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_it_takes_a_question_for_right_only_as_it_was_put(get, license):
    address = "/api/explore/text-models?page=1"
    get(address)

    assert get(f"{address}&page=1").status_code == 400
    assert get(f"{address}%ff").status_code == 400
    assert get("/api/v1/models?page=1").status_code == 400


def test_it_forgets_questions_before_they_are_too_many():
    understood = Understood()
    for number in range(understood.MOST + 1):
        understood.keep(("/", str(number)), "{}")

    assert understood.find(("/", "0")) is None
    assert understood.find(("/", str(understood.MOST))) == "{}"
