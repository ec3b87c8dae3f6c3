"""Who curates in these tests."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client


def staff(name: str, *actions: str) -> User:
    """A staff user with these actions (add, change, delete, view) on every table of policies."""
    user = User.objects.create_user(name, is_staff=True)
    for action in actions:
        allowed = Permission.objects.filter(
            content_type__app_label="policies", codename__startswith=f"{action}_"
        )
        user.user_permissions.add(*allowed)
    return user


@pytest.fixture
def curator(db) -> User:
    """A curator: all permissions on records, and not a superuser."""
    return staff("curator", "add", "change", "delete", "view")


@pytest.fixture
def curating(curator) -> Client:
    """A browser in which the curator is logged in."""
    client = Client()
    client.force_login(curator)
    return client


@pytest.fixture
def reading(db) -> Client:
    """A browser of a staff user who may only look."""
    client = Client()
    client.force_login(staff("reader", "view"))
    return client


@pytest.fixture
def super_browser(db) -> Client:
    """A browser of a superuser."""
    browser = Client()
    browser.force_login(User.objects.create_superuser("root"))
    return browser
