"""An import's plan in words: counts, examples, and how each new id was matched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from policies.catalog.import_plan import ImportPlan, Matched, RouteKey
from policies.catalog.matching import HOW

EXAMPLES = 5
MATCHES = 20


def plan_lines(planned: ImportPlan, *, everything: bool = False) -> Iterator[str]:
    """The lines that describe a plan; long lists are cut short unless ``everything`` is asked for."""
    listing = planned.listing
    yield (
        f"The file lists {_count(len(listing.providers), 'provider')} and "
        f"{_count(len(listing.routes), 'text route')}; "
        f"{_count(listing.textless, 'row')} without text output skipped."
    )
    limit = None if everything else EXAMPLES
    for name, words, examples in _groups(planned):
        if examples or words in ("to add", "to change", "to mark unavailable"):
            yield f"{name} {words}: {len(examples):,}"
            yield from _listed(examples, limit)
    yield from _match_lines(planned.matches, None if everything else MATCHES)


def _groups(planned: ImportPlan) -> list[tuple[str, str, list[str]]]:
    providers, models, routes = planned.providers, planned.models, planned.routes
    return [
        ("Providers", "to add", list(providers.added)),
        ("Providers", "to change", _changes(providers.changed)),
        ("Providers", "kept as a curator left them", _changes(providers.kept)),
        ("Providers", "deleted by a curator, not brought back", list(providers.deleted)),
        ("Models", "to add", list(models.added)),
        ("Models", "to change", []),
        ("Aliases", "to add", _aliases(planned)),
        ("Families", "to add", list(planned.families.added)),
        ("Routes", "to add", _names(routes.added)),
        ("Routes", "to adopt", _names(routes.adopted)),
        ("Routes", "to change", _names(routes.altered)),
        ("Routes", "to mark available again", _names(routes.returned)),
        ("Routes", "to mark unavailable", _names(routes.vanished)),
        ("Routes", "kept as a curator left them", _names(routes.kept)),
        ("Routes", "deleted by a curator, not brought back", _names(routes.deleted)),
    ]


def _names(keys: Iterable[RouteKey]) -> list[str]:
    return [f"{provider}: {model_id}" for provider, model_id in sorted(keys)]


def _aliases(planned: ImportPlan) -> list[str]:
    """New spellings, but for the canonical ids themselves."""
    new = ((alias.name, alias.model.canonical_id) for alias in planned.aliases.new_records)
    return [f"{name} → {canonical_id}" for name, canonical_id in new if name != canonical_id]


def _changes(columns: dict[str, list[str]]) -> list[str]:
    return [f"{key} ({', '.join(names)})" for key, names in columns.items()]


def _match_lines(matches: list[Matched], limit: int | None) -> Iterator[str]:
    counts = {how: sum(1 for found in matches if found.match.how == how) for how in HOW}
    if matches:
        parts = ", ".join(f"{count:,} {how}" for how, count in counts.items())
        yield f"New ids matched to models: {parts}"
    for how in HOW:
        lines = [_match_line(found) for found in matches if found.match.how == how]
        yield from _listed(lines, limit)


def _match_line(found: Matched) -> str:
    how = found.match.how
    if found.match.dropped:
        how = f"{how}: {', '.join(found.match.dropped)}"
    return f"{found.route.provider}: {found.route.provider_model_id} → {found.canonical_id} ({how})"


def _listed(lines: list[str], limit: int | None) -> Iterator[str]:
    for line in lines[:limit]:
        yield f"  {line}"
    if limit is not None and len(lines) > limit:
        yield f"  and {len(lines) - limit:,} more (--verbosity 2 lists all)"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
