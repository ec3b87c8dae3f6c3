"""``manage.py rules_doc``: write docs/rules.md from the rule table, or check that it is current."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from policies.rules_doc import markdown


class Command(BaseCommand):
    """Generate the rules' documentation."""

    help = "Write docs/rules.md from the rule table."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to write, and whether only to compare."""
        parser.add_argument("--output", type=Path, default=settings.BASE_DIR / "docs" / "rules.md")
        parser.add_argument(
            "--check", action="store_true", help="write nothing; exit 1 if the file is stale"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write or compare."""
        path: Path = options["output"]
        text = markdown()
        stored = path.read_text(encoding="utf-8") if path.exists() else None
        if options["check"]:
            if stored != text:
                raise CommandError(f"{path.name} is stale: run `manage.py rules_doc`.")
            self.stdout.write(f"{path.name} is current.")
        elif stored != text:
            path.write_text(text, encoding="utf-8")
            self.stdout.write(f"Wrote {path.name}.")
        else:
            self.stdout.write(f"{path.name} is current.")
