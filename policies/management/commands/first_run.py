"""``manage.py first_run``: a curator to log in with and the starter catalog, where there is nothing yet."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import transaction
from django.db.models import Q

from policies.models import CURATED, Revision

CURATORS = "Curators"
CURATOR = "curator"


def curators() -> Group:
    """Return the group that may change every curated record and see everything else of this app."""
    group, made = Group.objects.get_or_create(name=CURATORS)
    if made:
        curated = [model._meta.model_name for model in CURATED]
        permitted = Q(content_type__model__in=curated) | Q(codename__startswith="view_")
        group.permissions.set(
            Permission.objects.filter(permitted, content_type__app_label="policies")
        )
    return group


def make_curator(name: str) -> str:
    """Make a staff account in the curators' group, not a superuser; return its generated password."""
    password = secrets.token_urlsafe(12)
    with transaction.atomic():
        user = get_user_model().objects.create_user(name, password=password, is_staff=True)
        user.groups.add(curators())
    return password


class Command(BaseCommand):
    """Set up a new installation; on one that is set up already, change nothing."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the account where there is no account, load the catalog where nothing was ever recorded."""
        accounts = get_user_model().objects.exists()
        records = Revision.objects.exists()
        if accounts and records:
            self.stdout.write("Already set up.")
            return
        if not records:
            call_command("load_starter", stdout=self.stdout, stderr=self.stderr)
        if not accounts:
            password = make_curator(CURATOR)
            self.stdout.write(
                f"A curator's account was made. Log in at /login/ as {CURATOR!r} with this password, "
                f"which is shown only now:\n\n    {password}\n"
            )
