"""The product's settings, and beside its pages a stock Django admin to measure them against."""

from nanopolicy.settings import *  # noqa: F403
from nanopolicy.settings import MIDDLEWARE

MIDDLEWARE = ["tests.bench.forgetting.middleware", *MIDDLEWARE]
ROOT_URLCONF = "tests.bench.urls"
API_RATE = None
"""A quota would measure itself."""
