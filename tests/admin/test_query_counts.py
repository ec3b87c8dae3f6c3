"""Lists and forms of the admin ask as many queries for three rows as for one."""

from __future__ import annotations

import pytest
from django.db import transaction

from policies.models import CURATED
from tests.admin.catalog import REGISTERED, label, make_rows
from tests.admin.pages import address, list_address

pytestmark = [pytest.mark.django_db, pytest.mark.uncounted]

QUERIES = {
    "group": 5,
    "user": 6,
    "apitoken": 4,
    "delivery": 5,
    "family": 4,
    "license": 4,
    "modelalias": 4,
    "move": 4,
    "policy": 4,
    "policychange": 4,
    "provider": 4,
    "providerterms": 4,
    "revision": 4,
    "route": 4,
    "tally": 4,
    "textmodel": 4,
    "webhook": 4,
}
"""Session, user, count, rows; Django's own lists ask a little more, and that of
deliveries the names for its filter."""


@pytest.fixture(scope="module", params=[1, 3])
def rows(kept, request):
    """So many rows of everything."""
    with transaction.atomic():
        make_rows(request.param)
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("model", REGISTERED, ids=label)
def test_it_lists_with_a_constant_number_of_queries(
    super_browser, django_assert_num_queries, model, rows
):
    with django_assert_num_queries(QUERIES[label(model)]):
        super_browser.get(list_address(model))


FORM_QUERIES = {
    "family": 5,
    "license": 6,
    "modelalias": 4,
    "provider": 5,
    "providerterms": 5,
    "route": 8,
    "textmodel": 8,
}


@pytest.mark.parametrize("model", CURATED, ids=label)
def test_it_opens_a_form_with_a_constant_number_of_queries(
    super_browser, django_assert_num_queries, model, rows
):
    record = model.objects.order_by("pk").last()
    super_browser.get(address(record))  # content types are looked up once a process
    with django_assert_num_queries(FORM_QUERIES[label(model)]):
        super_browser.get(address(record))
