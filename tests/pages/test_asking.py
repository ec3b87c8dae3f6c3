"""Forms that filter: what is wrong stands at its input, beside the message above the empty page."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "query", "name", "told"),
    [
        ("/flips/", "direction=up", "direction", "Direction “up” is not a value"),
        ("/flips/", "revision=first", "revision", "Revision “first” is not a value"),
        ("/flips/", "since=yesterday", "since", "Since “yesterday” is not a value"),
        ("/revisions/", "document=nothing", "document", "Document “nothing” is not a value"),
        ("/revisions/", "actor=nobody", "actor", "Actor “nobody” is not a value"),
        ("/matrix/", "status=good", "status", "Status “good” is not a value"),
        ("/matrix/", "provider=nobody", "provider", "Provider “nobody” is not a value"),
    ],
)
def test_it_says_at_the_input_what_is_wrong_with_it(path, query, name, told, visit):
    """Only there: the other inputs are as they were."""
    page = visit(f"{path}?{query}", status=400)
    inputs = [e for tag in ("input", "select") for e in page.find(tag)]
    [wrong] = [element for element in inputs if element.get("aria-invalid")]
    assert wrong.get("name") == name
    [error] = [e for e in page.find("p", "err") if e.get("id") == wrong.get("aria-describedby")]
    assert page.text(error) == told


def test_it_marks_nothing_where_nothing_is_wrong_with_an_input(visit):
    """A parameter that does not exist has no input."""
    page = visit("/flips/?statsu=allowed&size=25", status=400)
    assert page.find("p", "err") == []
    [kept] = [e for e in page.find("input") if e.get("type") == "hidden"]
    assert (kept.get("name"), kept.get("value")) == ("size", "25")


def test_it_says_at_the_facet_what_is_wrong_with_its_value(visit):
    """A list has links for filters; the message about a wrong one stands with them."""
    page = visit("/routes/?status=alowed", status=400)
    [facet] = [e for e in page.find("section", "facet") if page.find("p", "err")[0] in list(e)]
    assert page.text(facet).startswith("Status Status “alowed” is not a value")


def test_it_marks_a_search_that_cannot_be_made(visit):
    """The message below says why."""
    page = visit("/models/?q=%00", status=400)
    [box] = [e for e in page.find("input") if e.get("id") == "q1"]
    assert box.get("aria-describedby") == "problems"
    [told] = [e for e in page.find("div") if e.get("id") == "problems"]
    assert page.text(told).startswith("Search")
