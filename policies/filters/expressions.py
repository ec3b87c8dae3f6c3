"""What lists are sorted by that no column holds. Never NULL: a place must have a value."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    DateField,
    F,
    Field,
    Func,
    IntegerField,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Left

from policies.bases import LAYER_BASES, STANDARD_LABELS, Basis, Evidence, Layer, Status
from policies.filters.orders import Key

BEFORE_ALL_DATES = date(1, 1, 1)
SORTED_LETTERS = 60
"""Letters of a long text that its sort compares."""

SPEAKERS = (Layer.LICENSE, Layer.TERMS)


class ArrayLength(Func):
    """How many items a JSON array has."""

    function = "JSONB_ARRAY_LENGTH"
    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """SQLite calls it otherwise."""
        return self.as_sql(compiler, connection, function="JSON_ARRAY_LENGTH", **context)


class Unindexed(Func):
    """A column whose index is not to be used. PostgreSQL weighs that by itself, SQLite is told."""

    template = "%(expressions)s"
    arity = 1

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """A unary plus is how SQLite is told."""
        return self.as_sql(compiler, connection, template="+%(expressions)s", **context)


def unindexed(column: str) -> Unindexed:
    """An id to filter by without its index."""
    return Unindexed(F(column), output_field=BigIntegerField())


def text(name: str, column: str) -> Key:
    """A text that may be missing, which sorts first."""
    return Key(f"by_{name}", str, lambda: _present(column, "", CharField()))


def number(name: str, column: str) -> Key:
    """A whole number of zero or more that may be missing, which sorts first."""
    return Key(f"by_{name}", int, lambda: _present(column, -1, IntegerField()))


def day(name: str, column: str) -> Key:
    """A date that may be missing, which sorts first."""
    return Key(f"by_{name}", date, lambda: _present(column, BEFORE_ALL_DATES, DateField()))


def opening(name: str, column: str) -> Key:
    """A long text, by its first letters."""
    return Key(f"by_{name}", str, lambda: _present(Left(column, SORTED_LETTERS), "", CharField()))


def truth(name: str, column: str) -> Key:
    """No before yes; nothing recorded before both."""
    return Key(f"by_{name}", int, lambda: _ranked([{column: False}, {column: True}]))


def rank(name: str, column: str, vocabulary: Any) -> Key:
    """Codes in the order of their vocabulary, its last one first; nothing recorded before all."""
    codes = list(reversed(list(vocabulary)))
    return Key(f"by_{name}", int, lambda: _ranked([{column: code.value} for code in codes]))


def spoken_text(name: str, column: str) -> Key:
    """A text of the document that decided."""
    return Key(f"by_{name}", str, lambda: _spoken(column, "", CharField()))


def spoken_day(name: str, column: str) -> Key:
    """A date of the document that decided."""
    return Key(f"by_{name}", date, lambda: _spoken(column, BEFORE_ALL_DATES, DateField()))


def spoken_evidence(name: str) -> Key:
    """How far the document that decided was read; no document comes first."""
    codes = list(reversed(list(Evidence)))
    return Key(
        f"by_{name}",
        int,
        lambda: Case(
            *(
                When(**_speaks(layer), **{f"{_at(layer)}__evidence": code.value}, then=Value(n))
                for layer in SPEAKERS
                for n, code in enumerate(codes)
            ),
            default=Value(-1),
            output_field=IntegerField(),
        ),
    )


def status_of_basis(name: str, column: str) -> Key:
    """The status that a recorded basis implies."""
    return Key(
        f"by_{name}",
        str,
        lambda: Case(
            *(When(**{column: basis.value}, then=Value(basis.status.value)) for basis in Basis),
            default=Value(""),
            output_field=CharField(),
        ),
    )


def binding(name: str) -> Key:
    """How many conditions of the pair's documents bind: none where the answer does not allow."""
    return Key(
        f"by_{name}",
        int,
        lambda: Case(
            When(
                policy__status=Status.ALLOWED.value,
                then=_items("policy__license__conditions") + _items("policy__terms__conditions"),
            ),
            default=Value(0),
            output_field=IntegerField(),
        ),
    )


def items(name: str, column: str) -> Key:
    """How many items a JSON array has."""
    return Key(f"by_{name}", int, lambda: _items(column))


def shown_label(name: str, layer: Layer) -> Key:
    """A document's own label, else the standard one."""
    return Key(
        f"by_{name}",
        str,
        lambda: Case(
            *(
                When(label="", basis=basis.value, then=Value(STANDARD_LABELS[layer, basis]))
                for basis in LAYER_BASES[layer]
            ),
            default=F("label"),
            output_field=CharField(),
        ),
    )


def _present(column: Any, missing: Any, output: Field) -> Coalesce:
    return Coalesce(column, Value(missing), output_field=output)


def _ranked(conditions: list[dict[str, Any]]) -> Case:
    whens = (When(**condition, then=Value(n)) for n, condition in enumerate(conditions))
    return Case(*whens, default=Value(-1), output_field=IntegerField())


def _items(column: str) -> Coalesce:
    return Coalesce(ArrayLength(column), Value(0))


def _spoken(column: str, missing: Any, output: Field) -> Case:
    whens = (
        When(**_speaks(layer), then=_present(f"{_at(layer)}__{column}", missing, output))
        for layer in SPEAKERS
    )
    return Case(*whens, default=Value(missing), output_field=output)


def _speaks(layer: Layer) -> dict[str, str]:
    return {"policy__layer": layer.value}


def _at(layer: Layer) -> str:
    return f"policy__{layer.value}"
