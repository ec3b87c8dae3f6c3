"""A receiver that the tests of webhooks may reach."""

import pytest

from tests.webhooks.receiver import running


@pytest.fixture
def receiver(settings):
    """A real server on loopback, which the setting allows."""
    settings.WEBHOOK_ALLOW_PRIVATE = True
    with running() as found:
        yield found
