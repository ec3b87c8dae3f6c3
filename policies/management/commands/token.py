"""``manage.py token``: make, list and revoke the tokens of the API."""

from __future__ import annotations

import re
from argparse import ArgumentTypeError
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from policies.bases import TokenScope
from policies.models import ApiToken
from policies.models.tokens import GOOD_FOR

UNITS = {"d": timedelta(days=1), "h": timedelta(hours=1)}
NEVER = "never"
DEFAULT = f"{GOOD_FOR.days}d"
LONGEST = 3650
"""Days; who means for ever says ``never``."""


def expiry(text: str) -> timedelta | None:
    """The time from now, of ``90d``, ``12h`` or ``never``."""
    if text == NEVER:
        return None
    found = re.fullmatch(r"([1-9][0-9]{0,5})([dh])", text)
    if not found or (after := int(found[1]) * UNITS[found[2]]) > timedelta(days=LONGEST):
        raise ArgumentTypeError(
            f"--expires is {text!r}; accepted: days or hours from now, such as 90d or 12h, "
            f"at most {LONGEST}d, or {NEVER}."
        )
    return after


class Command(BaseCommand):
    """The token's text goes to standard output, alone and once; everything else to standard error."""

    help = "Make, list and revoke the tokens with which programs ask the API."

    def add_arguments(self, parser: CommandParser) -> None:
        """Three commands in one."""
        commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
        create = commands.add_parser("create", help="make a token and print it, this once")
        create.add_argument("name", metavar="NAME", help="who or what will ask with it")
        create.add_argument(
            "--scope",
            action="append",
            choices=TokenScope.values,
            help="what it may ask; can be given more than once (read)",
        )
        create.add_argument(
            "--expires",
            type=expiry,
            default=DEFAULT,
            help=f"90d, 12h or {NEVER} from now ({DEFAULT})",
        )
        commands.add_parser("list", help="list all tokens, without their texts")
        revoke = commands.add_parser("revoke", help="refuse a token from now on, for ever")
        revoke.add_argument("name", metavar="NAME", help="its name, or its beginning (npk_…)")

    def handle(self, *args: Any, command: str, **options: Any) -> None:
        """Run the one that was asked for."""
        now = timezone.now()
        if command == "create":
            self._create(options["name"], options["scope"] or [TokenScope.READ.value], options, now)
        elif command == "list":
            self._list(now)
        else:
            self._revoke(options["name"], now)

    def _create(self, name: str, scopes: list[str], options: Any, now: datetime) -> None:
        after: timedelta | None = options["expires"]
        token = ApiToken(
            name=name.strip(), scopes=scopes, expires_at=now + after if after else None
        )
        text = token.issue(by="token command")
        try:
            token.full_clean()
        except ValidationError as error:
            raise CommandError(_told(error, name)) from None
        token.save()
        self.stderr.write(
            f"{token.name}: may {_scopes(token)}; expires {_day(token.expires_at)}. Keep the text: it "
            "is not stored and not shown again."
        )
        self.stdout.write(text)

    def _list(self, now: datetime) -> None:
        tokens = list(ApiToken.objects.all())
        if not tokens:
            self.stderr.write("There are no tokens.")
        for token in tokens:
            self.stdout.write(
                f"{token.prefix}  {token.state(now):<8}  {_scopes(token):<11}  "
                f"expires {_day(token.expires_at):<16}  used {_day(token.last_used_at):<16}  "
                f"{token.name}"
            )

    def _revoke(self, name: str, now: datetime) -> None:
        token = ApiToken.objects.called(name).first()
        if token is None:
            close = ", ".join(ApiToken.objects.values_list("name", flat=True)[:12])
            known = f"There are: {close}." if close else "There are none."
            raise CommandError(f"No token has the name or beginning {name!r}. {known}")
        if not token.revoke(now):
            raise CommandError(f"{token.name} was revoked on {_day(token.revoked_at)} already.")
        self.stderr.write(f"{token.name} ({token.prefix}) is revoked.")


def _told(error: ValidationError, name: str) -> str:
    told = [f"{field}: {' '.join(texts)}" for field, texts in error.message_dict.items()]
    return f"No token was made. NAME is {name!r}. {' '.join(told)}"


def _scopes(token: ApiToken) -> str:
    return ", ".join(token.scopes)


def _day(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else NEVER
