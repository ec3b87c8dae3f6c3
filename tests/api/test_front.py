"""What is known is answered before sessions and addresses, and to nobody whom the wall would not let in."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.http import HttpRequest
from django.test import Client

from policies.api.answering import understood
from policies.api.kept import answers
from policies.models import Revision, TextModel
from tests.api.problems import problem_of
from tests.api.tokens import bearer, make_token
from tests.factories import editing, make_license, make_model, save

ADDRESS = "/api/explore/text-models"
HERE = "nanopolicy.front.middleware"
pytestmark = pytest.mark.django_db
went_in: list[str] = []
ADDRESSES = (
    "/api/explore/text-models",
    "/api/explore/search?q=m",
    "/api/v1/models",
    "/api/models/m/providers",
    "/api/v1/explain?model=m",
    "/api/v1/manifest",
    "/api/v1/routes",
    "/api/v1/licenses",
    "/api/v1/terms",
    "/api/v1/providers",
)


def spy(get_response):
    """Stands right inside and notes what went on."""

    def respond(request):
        went_in.append(request.path_info)
        return get_response(request)

    return respond


@pytest.fixture
def license():
    found = make_license("mit")
    make_model("m", found)
    return found


@pytest.fixture
def ask(license, settings):
    """The response to a GET and whether it went on from here; anybody may ask, and did before."""
    place = settings.MIDDLEWARE.index(HERE) + 1
    settings.MIDDLEWARE = [*settings.MIDDLEWARE]
    settings.MIDDLEWARE.insert(place, f"{__name__}.spy")
    settings.PUBLIC_READ = True
    client = Client()

    def ask(address=ADDRESS, by=client, **headers):
        went_in.clear()
        response = by.get(
            address, headers={name.replace("_", "-"): h for name, h in headers.items()}
        )
        return response, bool(went_in)

    first, inside = ask()
    assert inside
    ask.first = first
    return ask


def test_it_gives_the_kept_answer_with_the_same_head(ask):
    again, inside = ask()

    assert not inside
    assert again.content == ask.first.content
    assert dict(again.headers) == dict(ask.first.headers)
    assert again.headers["X-Frame-Options"] == "DENY"


def test_it_says_that_nothing_changed(ask):
    answers.forget()
    same, inside = ask(if_none_match=ask.first.headers["ETag"])

    assert (same.status_code, inside) == (304, False)
    assert same.headers["Nanopolicy-Revision"] == ask.first.headers["Nanopolicy-Revision"]


def test_it_answers_anew_what_changed(ask, license):
    tag = ask.first.headers["ETag"]
    save(license, note="Read again.")
    anew, inside = ask(if_none_match=tag)

    assert (anew.status_code, inside) == (200, False)
    assert anew.json()["data"][0]["distillationPolicy"]["note"] == "Read again."
    assert anew.headers["ETag"] != tag


def test_it_answers_anew_what_is_no_longer_kept(ask):
    answers.forget()
    anew, inside = ask()
    assert not inside
    assert anew.content == ask.first.content


def test_it_answers_of_a_past_state_again(ask, license):
    newest = Revision.objects.current_number()
    address = f"{ADDRESS}?as_of=r{newest}"
    then, inside = ask(address)
    assert inside
    save(license, note="Read again.")

    again, inside = ask(address)
    assert not inside
    assert (again.content, again.headers["ETag"]) == (then.content, then.headers["ETag"])
    same, inside = ask(address, if_none_match=then.headers["ETag"])
    assert (same.status_code, inside) == (304, False)
    assert ask(f"{ADDRESS}?as_of=r99")[0].status_code == 400


def test_it_tells_what_is_wrong_since(ask, license):
    address = "/api/models/m/providers"
    assert ask(address)[0].status_code == 200
    with editing() as opened:
        opened.delete(TextModel.objects.get())

    told, inside = ask(address)
    assert not inside
    problem_of(told, 404)


def test_it_hands_on_what_looks_at_the_request(ask):
    plain, inside = ask("/api/export")
    assert inside
    again, inside = ask("/api/export")
    assert inside
    assert b"".join(again) == b"".join(plain)
    same, inside = ask("/api/export", if_none_match=plain.headers["ETag"])
    assert (same.status_code, inside) == (304, False)


@pytest.mark.parametrize("address", ADDRESSES)
def test_it_keeps_nothing_of_a_request(ask, address):
    assert ask(address)[0].status_code == 200
    [asked] = [understood.find(place) for place in [tuple(address.partition("?")[::2])]]
    held = [cell.cell_contents for cell in asked.again.keywords["build"].__closure__ or ()]
    assert not [each for each in held if isinstance(each, HttpRequest)]


def test_it_leaves_whoever_has_a_session_to_the_wall(ask, django_user_model):
    member = Client()
    member.force_login(django_user_model.objects.create_user("ann"))
    answer, inside = ask(by=member)

    assert (answer.status_code, inside) == (200, True)
    assert answer.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("kept", [True, False])
def test_it_tells_a_stranger_nothing(ask, settings, kept):
    settings.PUBLIC_READ = False
    if not kept:
        answers.forget()
    for headers in ({}, {"if_none_match": ask.first.headers["ETag"]}):
        problem_of(ask(**headers)[0], 401)


def test_it_admits_by_a_token_and_its_scope_alone(ask, settings):
    settings.PUBLIC_READ = False
    answer, inside = ask(**bearer(make_token("reader")[1]))
    assert (answer.status_code, inside) == (200, False)
    assert answer.headers["Cache-Control"] == "private, no-cache"

    problem_of(ask(**bearer(make_token("mirror", "export")[1]))[0], 403)
    problem_of(ask(authorization="Bearer npk_abcdefgh_1")[0], 401)


@time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=UTC), tick=False)
def test_it_counts_each_request_once(ask, settings):
    settings.API_RATE = (3, 60)
    left = []
    for kept in (True, False, True):
        if not kept:
            answers.forget()
        left.append(ask()[0].headers["RateLimit"].split(";")[1])

    assert left == ["r=2", "r=1", "r=0"]
    problem_of(ask()[0], 429)


def test_it_answers_no_other_host(ask):
    problem_of(ask(host="evil.example")[0], 400)


def test_it_sends_to_https_first(ask, settings):
    settings.SECURE_SSL_REDIRECT = True
    other = Client()
    assert ask(by=other)[0].status_code == 301
