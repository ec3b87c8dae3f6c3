"""Column types, validators and database constraints that the tables share."""

from __future__ import annotations

from typing import Any

from django.core.validators import ProhibitNullCharactersValidator, RegexValidator, URLValidator
from django.db import models
from django.db.models import CheckConstraint, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

SLUG_PATTERN = r"^[a-z0-9][a-z0-9._-]*\Z"
DATE_PATTERN = r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?\Z"

validate_slug = RegexValidator(
    SLUG_PATTERN,
    "Use lower-case letters, digits, dots, underscores and hyphens, "
    "starting with a letter or digit (for example llama-3.1).",
    "invalid_slug",
)
validate_partial_date = RegexValidator(
    DATE_PATTERN, "Write a date as YYYY, YYYY-MM or YYYY-MM-DD.", "invalid_date"
)
validate_no_nul = ProhibitNullCharactersValidator()
validate_http_url = URLValidator(
    schemes=["http", "https"],
    message="Enter a full address that starts with https:// or http://.",
)


class TextColumn(models.CharField):
    """A short text, ordered by code point on every engine.

    PostgreSQL would sort by the database's locale; ``COLLATE "C"`` is the byte order of UTF-8,
    which is what SQLite's BINARY does. NUL is refused here because SQLite would take it.
    """

    default_validators = [validate_no_nul]

    def db_parameters(self, connection: Any) -> dict[str, Any]:
        """The column's type, with the code-point collation where the engine needs to be told."""
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


class SlugColumn(TextColumn):
    """A public identifier of a record: ``[a-z0-9][a-z0-9._-]*``."""

    default_validators = [validate_no_nul, validate_slug]


class UrlColumn(TextColumn):
    """An http or https address, or nothing: ``javascript:`` must never reach an href."""

    default_validators = [validate_no_nul, validate_http_url]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 500)
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs: Any) -> Any:
        """A URL input whose bare host names are taken as https."""
        from django import forms

        return super().formfield(
            **{"form_class": forms.URLField, "assume_scheme": "https", **kwargs}
        )


class LongText(models.TextField):
    """A text of several lines; NUL is refused as in ``TextColumn``."""

    default_validators = [validate_no_nul]


def is_http_url(field: str) -> Q:
    """True where the column is empty or an http(s) address."""
    return (
        Q(**{field: ""})
        | Q(**{f"{field}__startswith": "http://"})
        | Q(**{f"{field}__startswith": "https://"})
    )


def http_url_constraint(field: str, name: str) -> CheckConstraint:
    """Refuse addresses of any other scheme in the database itself."""
    return CheckConstraint(
        condition=is_http_url(field),
        name=name,
        violation_error_message=f"{field}: only http:// and https:// addresses are accepted.",
    )


def length_constraint(constraint: str, /, **limits: int) -> CheckConstraint:
    """Hold SQLite, which ignores ``varchar(n)``, to the lengths that PostgreSQL enforces."""
    condition = Q()
    for field, limit in limits.items():
        condition &= Q(LessThanOrEqual(Length(field), limit))
    allowed = ", ".join(f"{field} ≤ {limit}" for field, limit in limits.items())
    return CheckConstraint(
        condition=condition,
        name=constraint,
        violation_error_message=f"Too long: {allowed} characters.",
    )


def vocabulary_constraint(field: str, choices: Any, name: str) -> CheckConstraint:
    """Accept only the codes of a closed vocabulary."""
    values = [str(getattr(choice, "value", choice)) for choice in choices]
    return CheckConstraint(
        condition=Q(**{f"{field}__in": values}),
        name=name,
        violation_error_message=f"{field}: accepted values are {', '.join(values)}.",
    )
