"""What undoing a revision, or reverting a record, means for each record that it concerns."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists

from policies.models import CURATED, ModelAlias, Revision, TextModel
from policies.undoing.obstacles import NotSetBack, Refusal, obstacles
from policies.undoing.states import (
    State,
    as_last_known,
    different,
    newest,
    state_of,
    states,
)
from policies.undoing.writing import SettingBack


class NoSuchState(LookupError):
    """The record was not there after that revision."""


def undoing(number: int) -> SettingBack:
    """What sets back every record that revision ``number`` wrote to its state before; empty if all are.

    Raises ``NotSetBack`` where a record was edited since, so that it is neither as the revision left
    it nor as it was before, or where others depend on what the revision did.
    """
    setting, refusals = SettingBack(), []
    for table in _written_by(number):
        written = table.history.filter(revision=number).order_by().values("id")
        after = states(table, written, revision=number)
        before = states(table, written, revision__lt=number)
        rows = {row.pk: row for row in table.objects.filter(pk__in=written).order_by()}
        now: dict[int, State] = {pk: state_of(table, row) for pk, row in rows.items()}
        since = {
            pk
            for pk, left in after.items()
            if different(table, now.get(pk), left) and different(table, now.get(pk), before.get(pk))
        }
        refusals += _edited_since(table, since, rows)
        wanted = {pk: before.get(pk) for pk in after if pk not in since}
        setting.compare(table, wanted, rows)
    return _settled(setting, refusals)


def reversion(table: Any, pk: int, number: int) -> SettingBack:
    """What makes a record what it was after revision ``number``, a model with its spellings.

    Raises ``NoSuchState`` where it was not there then, and ``NotSetBack`` where something is in the way.
    """
    wanted = states(table, [pk], revision__lte=number)
    if wanted.get(pk) is None:
        raise NoSuchState(f"There was no such record after revision {number}.")
    setting = SettingBack()
    setting.compare(table, wanted, table.objects.in_bulk([pk]))
    return _settled(setting, _respell(setting, pk, number) if table is TextModel else [])


def _written_by(number: int) -> list[Any]:
    """The tables of which a revision wrote any version: one query for all."""
    wrote = {
        str(table._meta.model_name): Exists(table.history.filter(revision=number).order_by())
        for table in CURATED
    }
    found = Revision.objects.filter(number=number).annotate(**wrote).values(*wrote).first() or {}
    return [table for table in CURATED if found.get(str(table._meta.model_name))]


def _settled(setting: SettingBack, refusals: list[Refusal]) -> SettingBack:
    refusals = [*refusals, *obstacles(setting)]
    if refusals:
        raise NotSetBack(*refusals)
    return setting


def _edited_since(table: Any, since: set[int], rows: dict[int, Any]) -> list[Refusal]:
    gone, by = as_last_known(table, since - rows.keys()), newest(table, since, "revision_id")
    return [
        Refusal(rows[pk], "was edited since.", by[pk])
        if pk in rows
        else Refusal(gone[pk], "was deleted since.", by[pk])
        for pk in sorted(since)
    ]


def _respell(setting: SettingBack, pk: int, number: int) -> list[Refusal]:
    """Give a model the spellings that it had after revision ``number``; none is taken from another."""
    ever = ModelAlias.history.filter(model_id=pk).order_by().values("id")
    then = states(ModelAlias, ever, revision__lte=number)
    rows = {row.pk: row for row in ModelAlias.objects.filter(pk__in=ever).order_by()}
    now: dict[int, State] = {key: state_of(ModelAlias, row) for key, row in rows.items()}
    wanted: dict[int, State] = {}
    elsewhere = []
    for key in sorted(then.keys() | now.keys()):
        owners = {state["model_id"] for state in (then.get(key), now.get(key)) if state}
        if owners == {pk}:
            wanted[key] = then.get(key)
        elif pk in owners:
            elsewhere.append(key)
    setting.compare(ModelAlias, wanted, rows)
    known = as_last_known(ModelAlias, elsewhere)
    by = newest(ModelAlias, elsewhere, "revision_id")
    why = "went from one model to another since: undo the revision that moved it."
    return [Refusal(known[key], why, by[key]) for key in elsewhere]
