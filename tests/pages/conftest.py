"""Who reads the pages: anybody, where reading is public, and a curator."""

import pytest

from tests.pages.page import ReadPage


@pytest.fixture
def visit(client, settings):
    """Open an address as an anonymous visitor and read the page."""
    settings.PUBLIC_READ = True

    def open_page(address, status=200):
        response = client.get(address)
        assert response.status_code == status
        return ReadPage(response)

    return open_page


@pytest.fixture
def as_curator(client, django_user_model, visit):
    """The same, logged in as a member of the staff."""
    client.force_login(
        django_user_model.objects.create_superuser("curator-1", "c@example.org", "secret")
    )
    return visit
