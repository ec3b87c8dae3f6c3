"""What each table held after a past revision, as SQL: from the stored versions, changes and moves.

A table that nothing touched since is left alone. Any other is read by one SELECT of one table, whose indexes
a database can use: of the present rows where none was edited, else of the versions.
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
            **{table._meta.db_table: self._past_of(table) for table in CURATED},
            Policy._meta.db_table: self._past_of(Policy),
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

    def _past_of(self, table: Any) -> Callable[[], str]:
        return lambda: self._then(table)

    def _then(self, table: Any) -> str:
        """The past of a table: one SELECT of one table, which becomes part of the statement that asks it."""
        since = (self.since or {}).get(table._meta.db_table, Since())
        if not since:
            return ""
        if table is Policy:
            return self._policies()
        return self._from_versions(table) if since.edited else self._from_present(table, since)

    def _from_present(self, table: Any, since: Since) -> str:
        """The present rows but for those that are new, which point where they did."""
        columns = [
            f"COALESCE(({self._first_pointer(MOVED_BY[table])}), t.policy_id) AS policy_id"
            if name == "policy_id"
            else f't."{name}"'
            for name in columns_of(table)
        ]
        body = f"SELECT {', '.join(columns)} FROM {self._real(table)} t"
        return f"{body} WHERE t.id NOT IN ({_ids(since.created)})" if since.created else body

    def _policies(self) -> str:
        """Pairs as they were before their first change since; what was new then is left out."""
        columns = [
            f'COALESCE(({self._first_answer(name)}), t."{name}") AS "{name}"'
            if name in ANSWER_FIELDS
            else f't."{name}"'
            for name in columns_of(Policy)
        ]
        return (
            f"SELECT {', '.join(columns)} FROM {self._real(Policy)} t"
            f" WHERE COALESCE(({self._first_answer('status')}), ' ') <> ''"
        )

    def _first_answer(self, name: str) -> str:
        """A pair's answer before its first change since; an empty status where the pair was new then."""
        return (
            f"SELECT c.before_{name} FROM {self._real(PolicyChange)} c"
            f" WHERE c.policy_id = t.id AND c.revision_id = ({self._first_change()})"
        )

    def _first_pointer(self, key: str) -> str:
        return (
            f"SELECT v.before_id FROM {self._real(Move)} v WHERE v.{key} = t.id"
            f" AND v.{self._later} ORDER BY v.revision_id LIMIT 1"
        )

    def _from_versions(self, table: Any) -> str:
        """The version then of every record; what was deleted since is among them."""
        past = self._real(table.history.model)
        then = ", ".join(self._past_column(table, name) for name in columns_of(table))
        return f"SELECT {then} FROM {past} h WHERE {self._newest(past)}"

    def _past_column(self, table: Any, name: str) -> str:
        """One column of a record whose version then is ``h``."""
        if name == "policy_id":
            return f"({self._pointer(MOVED_BY[table])}) AS policy_id"
        if name == "search_text":
            untouched = " AND ".join(
                f"NOT EXISTS (SELECT 1 FROM {rows} AND {key} = h.id)"
                for key, rows in self._edited(table)
            )
            now = f"SELECT l.search_text FROM {self._real(table)} l WHERE l.id = h.id"
            return (
                f"CASE WHEN {untouched} THEN ({now}) ELSE {self._search_text()} END AS search_text"
            )
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


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
