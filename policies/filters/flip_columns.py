"""The columns of the list of flips: how each is called, and what files hold of it."""

from __future__ import annotations

from policies.filters.columns import Column


def _column(name: str, label: str, *fields: str, **more: object) -> Column:
    """A column that the timeline sorts by itself; its fields stand in a record under their own names."""
    return Column(name, label, (), tuple((field, field) for field in fields), **more)  # type: ignore[arg-type]


FLIP_COLUMNS = (
    _column("model", "Model", "kind", "model", "subject", shown=True),
    _column("provider", "Provider", "provider", shown=True),
    _column("before", "Before", "before_status", "before_basis", shown=True),
    _column("after", "After", "after_status", "after_basis", shown=True),
    _column("documents", "Documents", "license", "terms", shown=True),
    _column("revision", "Revision", "revision", "at", first="-", css="num", shown=True),
    _column("actor", "Actor", "actor"),
    _column("via", "Made in", "via"),
    _column("reason", "Reason", "reason"),
)
