"""Counts over many rows are made once for each revision."""

import pytest

from policies.models import License
from policies.views.cached import per_revision
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def licenses():
    """Counts the licenses, and how often it was made to."""

    class Counting:
        made = 0

        def __call__(self):
            self.made += 1
            return License.objects.count()

    return Counting()


def test_it_counts_once_for_each_revision(licenses):
    assert [per_revision("licenses", licenses) for _ in range(3)] == [0, 0, 0]
    factories.make_license()
    assert [per_revision("licenses", licenses) for _ in range(3)] == [1, 1, 1]
    assert licenses.made == 2


def test_it_keeps_names_apart(licenses):
    assert per_revision("licenses", licenses) == 0
    assert per_revision("other", lambda: "something else") == "something else"


def test_it_remembers_that_there_was_nothing():
    assert per_revision("nothing", lambda: None) is None
    assert per_revision("nothing", lambda: 1) is None


def test_it_asks_one_query_for_what_it_remembers(licenses, django_assert_num_queries):
    per_revision("licenses", licenses)
    with django_assert_num_queries(1):
        per_revision("licenses", licenses)
