"""``python -m tests.contract.prepare``: the starter catalog, two revisions more, and a token."""

from __future__ import annotations

import django


def main() -> None:
    """All in the database of the settings; the token is printed last."""
    django.setup()
    from django.core.management import call_command

    from policies.models import License
    from tests.factories import CLOSED, save

    call_command("migrate", verbosity=0)
    call_command("load_starter", verbosity=0)
    license = License.objects.get(slug="apache-2.0")
    save(license, basis=CLOSED)
    save(license, note="Read again.")
    call_command("token", "create", "contract", "--expires", "1d")


if __name__ == "__main__":
    main()
