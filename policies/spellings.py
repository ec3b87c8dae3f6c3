"""Spellings of model ids: each model's canonical id stands among its aliases, and is searchable."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Q

from policies.models import ModelAlias, TextModel
from policies.querysets import fold

if TYPE_CHECKING:
    from policies.revisions import OpenRevision


def search_text(canonical_id: str, name: str, aliases: Iterable[str]) -> str:
    """What a search looks through: id, name and aliases, case-folded, one a line."""
    lines = dict.fromkeys(fold(text) for text in (canonical_id, name, *sorted(aliases)))
    return "\n".join(lines)


def sync(open_revision: OpenRevision) -> None:
    """Give every model that this revision touched its canonical alias and its search text."""
    if not {TextModel, ModelAlias} & {table for table, _ in open_revision.written}:
        return
    written = {"revision_id": open_revision.number}
    aliases = ModelAlias.history.filter(**written).order_by().values("id")
    # every version of them: a model that an alias was moved away from is touched as well
    touched = TextModel.objects.filter(
        Q(pk__in=TextModel.history.filter(**written).values("id"))
        | Q(pk__in=ModelAlias.history.filter(id__in=aliases).values("model_id"))
    )
    models = list(touched)
    known: dict[int, dict[str, str]] = defaultdict(dict)
    for model_id, key, name in ModelAlias.objects.filter(model__in=touched).values_list(
        "model_id", "key", "name"
    ):
        known[model_id][key] = name
    missing = [model for model in models if fold(model.canonical_id) not in known[model.pk]]
    open_revision.bulk_create(
        [ModelAlias(name=model.canonical_id, model=model) for model in missing]
    )
    stale = []
    for model in models:
        text = search_text(model.canonical_id, model.name, known[model.pk].values())
        if text != model.search_text:
            model.search_text = text
            stale.append(model)
    TextModel.objects.bulk_create(
        stale, update_conflicts=True, unique_fields=["id"], update_fields=["search_text"]
    )
