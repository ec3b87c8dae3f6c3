"""``manage.py openapi``: write docs/openapi.json from the operations, or check that it is current."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from policies.api.openapi import openapi_text


class Command(BaseCommand):
    """Keep the committed OpenAPI document, in which every change of the API shows in review."""

    help = "Write docs/openapi.json from the operations of the API."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to write, and whether only to compare."""
        default = settings.BASE_DIR / "docs" / "openapi.json"
        parser.add_argument("--output", type=Path, default=default)
        parser.add_argument(
            "--check", action="store_true", help="write nothing; exit 1 if the file is stale"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write or compare."""
        path: Path = options["output"]
        text = openapi_text()
        current = path.exists() and path.read_text(encoding="utf-8") == text
        if not current and options["check"]:
            raise CommandError(f"{path.name} is stale: run `manage.py openapi`.")
        if not current:
            path.write_text(text, encoding="utf-8")
        self.stdout.write(f"{path.name} is current." if current else f"Wrote {path.name}.")
