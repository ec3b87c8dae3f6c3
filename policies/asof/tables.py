"""What each table held after a past revision, as SQL: from the stored versions, changes and moves.

The present rows are the start, and only what was touched since is taken from the past. So the cost
follows what has happened since the revision, not the size of the catalog. A table that nothing touched is
left alone; one of which few rows were edited stays one SELECT, whose indexes a database can use.
"""

# ruff: noqa: S608  (the texts are made of own table names and one integer)
from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from policies.asof.questions import MOVED_BY, Questions, columns_of
from policies.asof.since import Since
from policies.models import (
    ANSWER_FIELDS,
    CURATED,
    ModelAlias,
    Move,
    Policy,
    PolicyChange,
    Revision,
    Tally,
    TallyStep,
)
from policies.shadows import Body


class PastTables(Questions):
    """SQL for the tables as they stood after ``revision``, on one engine (``vendor``).

    ``folded`` are the names beyond ASCII and their folded forms; only searches need them.
    """

    def __init__(self, revision: int, vendor: str) -> None:
        super().__init__(revision, vendor)
        self.folded: Mapping[str, str] | None = None
        self.since: Mapping[str, Since] | None = None

    @cached_property
    def _bodies(self) -> dict[str, Callable[[], str]]:
        """Table name → its past, empty where it is the present.

        The logs, which the others read whole, stand last (``bodies``).
        """
        logs = [PolicyChange, Move, *(table.history.model for table in CURATED)]
        return {
            **{table._meta.db_table: self._curated_of(table) for table in CURATED},
            Policy._meta.db_table: self._policies_then,
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
            if name in wanted and (sql := body()):
                yield name, sql, []

    def asks_what_was_touched(self, wanted: set[str]) -> bool:
        """Whether ``since`` has to be known for the past of these tables, and is not."""
        depending = {table._meta.db_table for table in (*CURATED, Policy, Tally)}
        return self.since is None and not depending.isdisjoint(wanted)

    def _until_of(self, table: Any, column: str) -> Callable[[], str]:
        return lambda: f'SELECT * FROM {self._real(table)} WHERE "{column}" <= {self.revision}'

    def _curated_of(self, table: Any) -> Callable[[], str]:
        return lambda: self._then(table, self._curated)

    def _then(self, table: Any, of_many: Callable[[Any], str]) -> str:
        """The past of a table in the simplest form that what happened to it since allows."""
        since = (self.since or {}).get(table._meta.db_table, Since())
        if since.many:
            return of_many(table)
        return self._of_few(table, since) if since else ""

    def _of_few(self, table: Any, since: Since) -> str:
        """The present rows but for those that are new, with the columns then of the few that differ.

        One SELECT of one table, which becomes part of the statement that asks it. What was deleted since
        needs another.
        """
        columns = [self._then_or_now(table, name, since) for name in columns_of(table)]
        body = f"SELECT {', '.join(columns)} FROM {self._real(table)} t"
        if since.created:
            body += f" WHERE t.id NOT IN ({_ids(since.created)})"
        if since.deleted:
            past = self._real(table.history.model)
            then = ", ".join(self._past_column(table, name) for name in columns_of(table))
            body += (
                f" UNION ALL SELECT {then} FROM {past} h"
                f" WHERE h.id IN ({_ids(since.deleted)}) AND {self._newest(past)}"
            )
        return body

    def _then_or_now(self, table: Any, name: str, since: Since) -> str:
        """One column: of the rows that differ in it as it was, of all others as it is."""
        now = f't."{name}"'
        if name == "policy_id" and since.moved:
            return f"COALESCE(({self._first_pointer(MOVED_BY[table])}), {now}) AS policy_id"
        if not (ids := since.differing(columns_of(table).index(name))):
            return now
        if table is Policy:
            then = (
                f"SELECT c.before_{name} FROM {self._real(PolicyChange)} c"
                f" WHERE c.policy_id = t.id AND c.revision_id = ({self._first_change()})"
            )
        else:
            past = self._real(table.history.model)
            then = (
                f"SELECT {self._past_column(table, name)} FROM {past} h"
                f" WHERE h.id = t.id AND {self._newest(past)}"
            )
        return f'CASE WHEN t.id IN ({_ids(ids)}) THEN ({then}) ELSE {now} END AS "{name}"'

    def _first_pointer(self, key: str) -> str:
        return (
            f"SELECT v.before_id FROM {self._real(Move)} v WHERE v.{key} = t.id"
            f" AND v.{self._later} ORDER BY v.revision_id LIMIT 1"
        )

    def _curated(self, table: Any) -> str:
        """The rows that nothing has touched since, and the version then of each that something has.

        One part for each way of being touched: a database can choose its way through each of them.
        """
        live, past = self._real(table), self._real(table.history.model)
        columns = columns_of(table)
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

    def _policies_then(self) -> str:
        return self._then(Policy, lambda _table: self._policies())

    def _policies(self) -> str:
        """Pairs as they were before their first change since; what was new then is left out."""
        columns, changes = columns_of(Policy), self._real(PolicyChange)
        past = [f"c.before_{name}" if name in ANSWER_FIELDS else f't."{name}"' for name in columns]
        return (
            f"SELECT {_listed('t', columns)} FROM {self._real(Policy)} t"
            f" WHERE NOT EXISTS (SELECT 1 FROM {changes} n WHERE n.policy_id = t.id AND n.{self._later})"
            f" UNION ALL SELECT {', '.join(past)} FROM {changes} c"
            f" JOIN {self._real(Policy)} t ON t.id = c.policy_id"
            f" WHERE c.{self._later} AND c.before_status <> '' AND c.revision_id = ({self._first_change()})"
        )

    def _tallies(self) -> str:
        """Today's counts, with the moves since taken back."""
        moved = (self.since or {}).get
        if not any(moved(table._meta.db_table, Since()).moved for table in MOVED_BY):
            return ""
        own = f"SELECT id, provider_id, policy_id, routes, models_count FROM {self._real(Tally)}"
        sums = ", ".join(f"CAST(sum({n}) AS integer) AS {n}" for n in ("routes", "models_count"))
        return (
            "SELECT min(id) AS id, provider_id, coalesce(provider_id, 0) AS provider_key, policy_id,"
            f" {sums} FROM ({own} UNION ALL {self._taken_back()}) step"
            " GROUP BY provider_id, policy_id HAVING sum(routes) <> 0 OR sum(models_count) <> 0"
        )

    def _taken_back(self) -> str:
        """The steps since, backwards; their ids resemble no tally's."""
        return (
            "SELECT -id, provider_id, policy_id, -routes, -models_count"
            f" FROM {self._real(TallyStep)} WHERE {self._later}"
        )


def _ids(ids: Iterable[int]) -> str:
    return ", ".join(map(str, ids))


def _untouched(row: str, touching: Iterable[tuple[str, str]]) -> str:
    """Whether none of these names the row; asked row by row, since they may name very many."""
    none = [f"NOT EXISTS (SELECT 1 FROM {rows} AND {key} = {row}.id)" for key, rows in touching]
    return " AND ".join(none) or "1 = 1"


def _listed(row: str, columns: Iterable[Any]) -> str:
    return ", ".join(f'{row}."{column}"' for column in columns)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
