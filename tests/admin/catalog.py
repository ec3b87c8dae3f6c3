"""One of everything, and more of it: rows for each table that the admin lists."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.models import Group, User

from policies.models import License
from tests.api.tokens import make_token
from tests.factories import (
    PERMITS,
    editing,
    make_family,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
    save,
)
from tests.webhooks.receiver import make_hook

REGISTERED = sorted(admin.site._registry, key=lambda model: model._meta.label)


def label(model) -> str:
    """A readable test id."""
    return model._meta.model_name


def make_rows(number: int) -> None:
    """``number`` rows in every table of the admin, related to each other and resolved."""
    for n in range(number):
        make_hook(f"hook-{n}")
        make_token(f"token-{n}")
    with editing():
        licenses = [_make_row(n) for n in range(number)]
    with editing():
        for license in licenses:
            save(license, note="Read again.")


def _make_row(n: int) -> License:
    license = make_license(
        f"license-{n}", evidence="text-read", quote="Any purpose.", verified_on="2026-11-24"
    )
    family = make_family(f"family-{n}", license=license)
    own = make_model(f"owner/own-{n}", license=license, aliases=[f"own-{n}-alias"])
    inherits = make_model(f"owner/inherits-{n}", family=family)
    terms = make_terms(f"terms-{n}", PERMITS)
    provider = make_provider(f"provider-{n}", terms=terms)
    make_route(model=own, provider=provider)
    make_route(model=inherits, provider=provider, terms=make_terms(f"own-terms-{n}"))
    Group.objects.create(name=f"group-{n}")
    User.objects.create(username=f"user-{n}")
    return license
