"""What keeps records from being set back: of each record why, and the revision in the way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.db.models import UniqueConstraint

from policies.models import CURATED, ModelAlias, Policy, TextModel
from policies.querysets import fold
from policies.revisions import RevisionError, in_use_message
from policies.undoing.states import as_last_known, called, newest
from policies.undoing.writing import LEAVES, SettingBack

AT_ONCE = 5000


class Refusal(NamedTuple):
    """One record that cannot be set back, why, and the revision that is in the way, if it is one."""

    record: Any
    why: str
    revision: int | None = None

    def __str__(self) -> str:
        return f"The{named(self.record).removeprefix('the')} {self.why}"


class NotSetBack(RevisionError):
    """Something is in the way, so nothing was written; each argument is a ``Refusal``."""

    def __str__(self) -> str:
        return " ".join(str(refusal) for refusal in self.args)


def named(record: Any) -> str:
    """A record in the middle of a sentence: ``the license “MIT”``."""
    return f"the {record._meta.verbose_name} “{called(record)}”"


def obstacles(setting: SettingBack) -> list[Refusal]:
    """Everything that the database, or a deletion, would refuse: asked before anything is written."""
    found: list[Refusal] = []
    for table in CURATED:
        if rows := setting.kept(table):
            found += _naming_what_is_gone(setting, table, rows)
            found += _taken(setting, table, rows)
    found += _spelled_elsewhere(setting)
    for table in CURATED:
        if table not in LEAVES and setting.deleted.get(table):
            found += _in_use(setting, table)
    return found


def _naming_what_is_gone(setting: SettingBack, table: Any, rows: list[Any]) -> Iterator[Refusal]:
    """Rows that would name a record which is not there any more."""
    for column in table._meta.concrete_fields:
        target: Any = column.related_model
        if target not in CURATED:
            continue
        wanted = {getattr(row, column.attname) for row in rows} - {None}
        gone = wanted - set(target.objects.in_bulk(wanted)) - {r.pk for r in setting.kept(target)}
        if not gone:
            continue
        known, by = as_last_known(target, gone), newest(target, gone, "revision_id")
        for row in rows:
            if (key := getattr(row, column.attname)) in gone:
                yield Refusal(row, f"would name {named(known[key])}, which is deleted.", by[key])


def _taken(setting: SettingBack, table: Any, rows: list[Any]) -> Iterator[Refusal]:
    """Rows whose name another record has by now."""
    leaving = {row.pk for row in setting.deleted.get(table, ())} if table in LEAVES else set()
    for columns in _unique(table):
        renamed = setting.columns.get(table, set()) & set(columns)
        named_anew = rows if renamed else setting.restored.get(table, [])
        wanted = {tuple(getattr(row, column) for column in columns): row for row in named_anew}
        for other in _rows(table, columns[-1], {key[-1] for key in wanted}):
            row = wanted.get(tuple(getattr(other, column) for column in columns))
            if row is not None and row.pk != other.pk and other.pk not in leaving:
                by = newest(table, [other.pk], "revision_id").get(other.pk)
                yield Refusal(row, f"cannot have its name back: it is that of {named(other)}.", by)


def _unique(table: Any) -> list[list[str]]:
    """The columns, or groups of them, in which no two rows of a table are alike."""
    meta = table._meta
    own = [[c.attname] for c in meta.concrete_fields if c.unique and not c.primary_key]
    groups = [c.fields for c in meta.constraints if isinstance(c, UniqueConstraint)]
    return own + [[meta.get_field(name).attname for name in group] for group in groups]


def _spelled_elsewhere(setting: SettingBack) -> Iterator[Refusal]:
    """Models whose id is by now a spelling of another model."""
    renamed = "canonical_id" in setting.columns.get(TextModel, ())
    named_anew = setting.kept(TextModel) if renamed else setting.restored.get(TextModel, [])
    models = {fold(model.canonical_id): model for model in named_anew}
    written = {alias.pk: alias.model_id for alias in setting.kept(ModelAlias)}
    leaving = {alias.pk for alias in setting.deleted.get(ModelAlias, ())}
    for alias in _rows(ModelAlias, "key", models):
        model = models[alias.key]
        if alias.pk not in leaving and written.get(alias.pk, alias.model_id) != model.pk:
            by = newest(ModelAlias, [alias.pk], "revision_id").get(alias.pk)
            yield Refusal(model, f"cannot be called so: that spells {named(alias.model)}.", by)


def _in_use(setting: SettingBack, table: Any) -> Iterator[Refusal]:
    """Rows that are to go, and that something else names: today, or in the history of answers."""
    going = {row.pk: row for row in setting.deleted[table]}
    users: dict[int, list[Any]] = defaultdict(list)
    for other in (*CURATED, Policy):
        leaving = {row.pk for row in setting.deleted.get(other, ())}
        written = {row.pk: row for row in setting.kept(other)}
        for column in other._meta.concrete_fields:
            if column.related_model is not table:
                continue
            for user in _rows(other, column.attname, going):
                named_then = getattr(written.get(user.pk, user), column.attname)
                if user.pk not in leaving and named_then in going:
                    users[named_then].append(user)
    for pk, some in users.items():
        sentence = in_use_message(going[pk], some)
        yield Refusal(going[pk], sentence.removeprefix(f"The{named(going[pk])[3:]} "))


def _rows(table: Any, column: str, values: Iterable[Any]) -> Iterator[Any]:
    """The rows with one of these values in a column; asked in parts, since engines limit a list."""
    wanted = list(values)
    for start in range(0, len(wanted), AT_ONCE):
        few = wanted[start : start + AT_ONCE]
        yield from table.objects.filter(**{f"{column}__in": few}).order_by()
