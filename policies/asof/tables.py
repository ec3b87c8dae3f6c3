"""What each table held after a past revision, as SQL: from the stored versions, changes and moves.

The present rows are the start, and only what was touched since is taken from the past. So the cost
follows what has happened since the revision, not the size of the catalog.
"""

# ruff: noqa: S608  (the texts are made of own table names and one integer)
from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from policies.models import (
    ANSWER_FIELDS,
    CURATED,
    ModelAlias,
    Move,
    Policy,
    PolicyChange,
    Revision,
    Route,
    Tally,
    TextModel,
)
from policies.shadows import Body, real_table

MOVED_BY = {TextModel: "model_id", Route: "route_id"}
"""The curated tables whose rows point at a pair, and the column of a move that names such a row."""

BACKWARDS = [
    (provider, side, sign)
    for provider in ("provider_id", "CAST(NULL AS bigint)")
    for side, sign in (("before", 1), ("after", -1))
]
"""How a move is taken back: in its provider's counts and in those over all, on both of its sides."""


class PastTables:
    """SQL for the tables as they stood after ``revision``, on one engine (``vendor``).

    ``folded`` are the names beyond ASCII and their folded forms; only searches need them.
    """

    def __init__(self, revision: int, vendor: str) -> None:
        self.revision = int(revision)  # it becomes part of the text
        self.sqlite = vendor == "sqlite"
        self.folded: Mapping[str, str] | None = None

    @cached_property
    def _bodies(self) -> dict[str, Callable[[], str]]:
        """Table name → its past. The logs, which the others read whole, stand last (``bodies``)."""
        logs = [PolicyChange, Move, *(table.history.model for table in CURATED)]
        return {
            **{table._meta.db_table: self._curated_of(table) for table in CURATED},
            Policy._meta.db_table: self._policies,
            Tally._meta.db_table: self._tallies,
            Revision._meta.db_table: self._until_of(Revision, "number"),
            **{log._meta.db_table: self._until_of(log, "revision_id") for log in logs},
        }

    @cached_property
    def names(self) -> set[str]:
        """The tables that have a past."""
        return set(self._bodies)

    def bodies(self, wanted: set[str]) -> Iterator[Body]:
        """The past of each of these tables, in an order in which none hides one that a later one reads."""
        for name, body in self._bodies.items():
            if name in wanted:
                yield name, body(), []

    def names_beyond_ascii(self) -> str:
        """A SELECT of the models' names that SQL cannot fold, of those that were touched since."""
        touched = " OR ".join(
            f"h.id IN (SELECT {key} FROM {rows})" for key, rows in self._touching(TextModel)
        )
        size = "length(CAST(h.name AS BLOB))" if self.sqlite else "octet_length(h.name)"
        return (
            f"SELECT DISTINCT h.name FROM {self._real(TextModel.history.model)} h"
            f" WHERE length(h.name) <> {size} AND h.revision_id <= {self.revision}"
            f" AND ({touched})"
        )

    def _real(self, table: Any) -> str:
        return real_table(table, sqlite=self.sqlite)

    def _until_of(self, table: Any, column: str) -> Callable[[], str]:
        return lambda: f'SELECT * FROM {self._real(table)} WHERE "{column}" <= {self.revision}'

    def _curated_of(self, table: Any) -> Callable[[], str]:
        return lambda: self._curated(table)

    def _curated(self, table: Any) -> str:
        """The rows that nothing has touched since, and the version then of each that something has.

        One part for each way of being touched: a database can choose its way through each of them.
        """
        live, past = self._real(table), self._real(table.history.model)
        columns = [field.column for field in table._meta.concrete_fields]
        then = ", ".join(self._past_column(table, name) for name in columns)
        touching = list(self._touching(table))
        parts = [
            f"SELECT {_listed('t', columns)} FROM {live} t WHERE {_untouched('t', touching)}",
            *(
                f"SELECT {then} FROM {past} h WHERE h.id IN (SELECT {key} FROM {rows})"
                f" AND {_untouched('h', touching[:place])} AND {self._newest(past)}"
                for place, (key, rows) in enumerate(touching)
            ),
        ]
        return " UNION ALL ".join(parts)

    def _newest(self, past: str, row: str = "h") -> str:
        """Whether ``row`` is its record's version at the revision, and not its deletion."""
        return (
            f"{row}.revision_id <= {self.revision} AND {row}.history_type <> '-'"
            f" AND NOT EXISTS (SELECT 1 FROM {past} n WHERE n.id = {row}.id"
            f" AND n.revision_id <= {self.revision} AND n.history_id > {row}.history_id)"
        )

    def _touching(self, table: Any) -> Iterator[tuple[str, str]]:
        """What names a touched row by which column: versions, moves, and a model's aliases."""
        since = f"revision_id > {self.revision}"
        yield "x.id", f"{self._real(table.history.model)} x WHERE x.{since}"
        if key := MOVED_BY.get(table):
            yield f"x.{key}", f"{self._real(Move)} x WHERE x.{since} AND x.{key} IS NOT NULL"
        if table is TextModel:  # its search text has its aliases, of before and after
            aliases = self._real(ModelAlias.history.model)
            yield "x.model_id", f"{aliases} x JOIN {aliases} y ON y.id = x.id WHERE y.{since}"

    def _past_column(self, table: Any, name: str) -> str:
        """One column of a touched row, whose version is ``h``."""
        if name == "policy_id":
            return f"({self._pointer(MOVED_BY[table])}) AS policy_id"
        if name == "search_text":
            return f"{self._search_text()} AS search_text"
        return f'h."{name}"'

    def _pointer(self, key: str) -> str:
        return (
            f"SELECT v.after_id FROM {self._real(Move)} v WHERE v.{key} = h.id"
            f" AND v.revision_id <= {self.revision} ORDER BY v.revision_id DESC LIMIT 1"
        )

    def _search_text(self) -> str:
        """Name and spellings, folded, one a line; an alias's key is its folded form already."""
        aliases = self._real(ModelAlias.history.model)
        joined = "group_concat" if self.sqlite else "string_agg"
        spellings = (
            f"SELECT {joined}(a.key, {self._char(10)}) FROM {aliases} a"
            f" WHERE a.model_id = h.id AND {self._newest(aliases, 'a')}"
        )
        folds = "".join(
            f" WHEN {self._text(name)} THEN {self._text(folded)}"
            for name, folded in (self.folded or {}).items()
        )
        name = f"CASE h.name{folds} ELSE lower(h.name) END" if folds else "lower(h.name)"
        text = f"({name} || {self._char(10)} || coalesce(({spellings}), ''))"
        # names are sorted by code point, this column by the database: one has to be told
        return text if self.sqlite else f'{text} COLLATE "default"'

    def _char(self, code: int) -> str:
        return f"{'char' if self.sqlite else 'chr'}({code})"

    def _text(self, text: str) -> str:
        """A literal; without a percent sign, which may or may not stand for a parameter."""
        percent = f"' || {self._char(37)} || '"
        return f"({_quoted(text).replace('%', percent)})"

    def _policies(self) -> str:
        """Pairs as they were before their first change since; what was new then is left out."""
        columns = [field.column for field in Policy._meta.concrete_fields]
        changes, since = self._real(PolicyChange), f"revision_id > {self.revision}"
        past = [f"c.before_{name}" if name in ANSWER_FIELDS else f't."{name}"' for name in columns]
        first = f"SELECT min(n.revision_id) FROM {changes} n WHERE n.policy_id = t.id AND n.{since}"
        return (
            f"SELECT {_listed('t', columns)} FROM {self._real(Policy)} t"
            f" WHERE NOT EXISTS (SELECT 1 FROM {changes} n WHERE n.policy_id = t.id AND n.{since})"
            f" UNION ALL SELECT {', '.join(past)} FROM {changes} c"
            f" JOIN {self._real(Policy)} t ON t.id = c.policy_id"
            f" WHERE c.{since} AND c.before_status <> '' AND c.revision_id = ({first})"
        )

    def _tallies(self) -> str:
        """Today's counts, with the moves since taken back."""
        own = f"SELECT id, provider_id, policy_id, routes, models_count FROM {self._real(Tally)}"
        back = [
            self._taken_back(provider, side, sign, number)
            for number, (provider, side, sign) in enumerate(BACKWARDS)
        ]
        sums = ", ".join(f"CAST(sum({n}) AS integer) AS {n}" for n in ("routes", "models_count"))
        return (
            "SELECT min(id) AS id, provider_id, coalesce(provider_id, 0) AS provider_key, policy_id,"
            f" {sums} FROM ({' UNION ALL '.join([own, *back])}) step"
            " GROUP BY provider_id, policy_id HAVING sum(routes) <> 0 OR sum(models_count) <> 0"
        )

    def _taken_back(self, provider: str, side: str, sign: int, number: int) -> str:
        """One side of the moves since, as steps of a count; their ids resemble no tally's."""
        routes, models = (
            f"CASE WHEN {key} IS NULL THEN 0 ELSE {sign} END" for key in ("route_id", "model_id")
        )
        only = " AND provider_id IS NOT NULL" if provider == "provider_id" else ""
        return (
            f"SELECT {-len(BACKWARDS)} * id - {number}, {provider}, {side}_id, {routes}, {models}"
            f" FROM {self._real(Move)}"
            f" WHERE revision_id > {self.revision} AND {side}_id IS NOT NULL{only}"
        )


def _untouched(row: str, touching: Iterable[tuple[str, str]]) -> str:
    """Whether none of these names the row; asked row by row, since they may name very many."""
    none = [f"NOT EXISTS (SELECT 1 FROM {rows} AND {key} = {row}.id)" for key, rows in touching]
    return " AND ".join(none) or "1 = 1"


def _listed(row: str, columns: Iterable[Any]) -> str:
    return ", ".join(f'{row}."{column}"' for column in columns)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
