"""``manage.py explain``: why a model, or its routes at one provider, has its answer."""

from __future__ import annotations

import json
import shutil
import textwrap
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from policies.asof import as_of
from policies.bases import NOTICE, Status
from policies.models import Provider, Revision, Route, TextModel
from policies.revisions import snapshot
from policies.trace import trace_of
from policies.trace_text import Paint, answer_lines, trace_lines
from policies.views.explaining import NotRecorded, document, found, routes_at
from policies.views.moments import Moment, WrongMoment, read
from policies.views.words import known_from

NARROWEST, WIDEST = 40, 100
STYLES = {"allowed": "SUCCESS", "disallowed": "ERROR", "strong": "MIGRATE_HEADING"}
"""Unknown has no color: it is no answer."""


class Command(BaseCommand):
    """Prints the answer, the five rules with what each read, and the documents behind them."""

    help = "Explain the answer of MODEL by its license alone, or of its routes at PROVIDER."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """The model in any spelling, a provider by slug or name, the form, and the moment."""
        parser.add_argument("model", metavar="MODEL", help="id or alias, in any case")
        parser.add_argument("provider", metavar="PROVIDER", nargs="?", help="slug or name")
        parser.add_argument("--json", action="store_true", help="print a document for programs")
        parser.add_argument(
            "--as-of", metavar="MOMENT", help="a day, a time with its zone, or a revision as in r12"
        )

    def handle(self, *args: Any, model: str, provider: str | None, **options: Any) -> None:
        """Answer from one state."""
        with ExitStack() as stack:
            stack.enter_context(snapshot())
            moment = self._moment(options["as_of"])
            revision = moment.revision if moment else Revision.objects.current()
            if moment:
                stack.enter_context(as_of(moment.number, moment.day))
            try:
                asked = found("models", "MODEL", model)
                host = None if provider is None else found("providers", "PROVIDER", provider)
                routes = routes_at(asked, host)
            except NotRecorded as missing:
                raise CommandError(missing.sentence(_when(moment))) from None
            if options["json"]:
                self.stdout.write(json.dumps(document(asked, host, routes, revision), indent=2))
            else:
                colored = self.stdout.isatty() or bool(options["force_color"])
                for line in _lines(asked, host, routes, revision, self._painter(colored)):
                    self.stdout.write(line)

    def _painter(self, colored: bool) -> Paint:
        def paint(style: str, text: str) -> str:
            name = STYLES.get(style)
            return str(getattr(self.style, name)(text)) if colored and name else text

        return paint

    def _moment(self, text: str | None) -> Moment | None:
        if text is None:
            return None
        try:
            return read(text)
        except WrongMoment as wrong:
            accepted = ", ".join(wrong.problem.accepted)
            raise CommandError(
                f"{wrong.problem.sentence}; accepted, for example: {accepted}."
            ) from None


def _lines(
    model: TextModel,
    host: Provider | None,
    routes: list[Route],
    revision: Revision | None,
    paint: Paint,
) -> Iterator[str]:
    """The model, each answer with its reasons, the split where no provider was named, the caveat."""
    width = min(max(shutil.get_terminal_size().columns, NARROWEST), WIDEST)
    known = known_from(model.license_evidence)
    yield f"{paint('strong', model.name)}  {model.canonical_id}"
    for subject in [model] if host is None else routes:
        if isinstance(subject, Route):
            yield f"at {paint('strong', subject.provider.name)}  {_spelled(subject)}"
        yield from answer_lines(subject.policy, paint, width)
        yield ""
        yield from trace_lines(trace_of(subject.policy), paint, width, known)
        yield ""
    if host is None:
        yield from _split_lines(routes, paint)
    state = f"Revision {revision.number}, {revision.at:%Y-%m-%d %H:%M} UTC. " if revision else ""
    yield textwrap.fill(f"{state}{NOTICE}", width)


def _when(moment: Moment | None) -> str:
    return f" (as of {moment.label})" if moment else ""


def _spelled(route: Route) -> str:
    state = [] if route.available else ["no longer available"]
    state += [] if route.lifecycle == "active" else [route.lifecycle]
    return route.provider_model_id + (f" ({', '.join(state)})" if state else "")


def _split_lines(routes: list[Route], paint: Paint) -> Iterator[str]:
    """How the model's routes are answered, a line for each, by status and provider."""
    counts = Counter(route.policy.status for route in routes)
    split = ", ".join(f"{counts[status.value]} {status.value}" for status in Status)
    yield f"{paint('strong', 'Routes')}  {len(routes)}: {split}"
    widest = max((len(route.provider.name) for route in routes), default=0)
    for status in Status:
        for route in routes:
            if route.policy.status == status:
                word = paint(status.value, f"{status.value:<10}")
                yield f"  {word}  {route.provider.name:<{widest}}  {_spelled(route)}"
    yield ""
