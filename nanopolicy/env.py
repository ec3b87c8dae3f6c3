"""Strict readers of environment variables: nonsense stops the start, in words.

Each error names the variable, the value found (unless it is a secret) and what is accepted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from django.core.exceptions import ImproperlyConfigured

TRUE = ("true", "1", "yes", "on")
FALSE = ("false", "0", "no", "off")
WINDOWS = {"sec": 1, "min": 60, "hour": 3600}
RATE = re.compile(rf"([1-9][0-9]{{0,8}})/({'|'.join(WINDOWS)})")
_LABEL = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?"
_NAME = rf"{_LABEL}(\.{_LABEL})*|\[[0-9a-f:]+\]"
HOST = re.compile(rf"\.?({_NAME})", re.IGNORECASE)
ORIGIN = re.compile(rf"https?://(\*\.)?({_NAME})(:\d{{1,5}})?", re.IGNORECASE)


def wrong(name: str, value: str, accepted: str) -> ImproperlyConfigured:
    """Return the error for a value that is not accepted."""
    return ImproperlyConfigured(f"{name} is {value!r}; accepted: {accepted}.")


class Env:
    """Reads variables of ``values`` (``os.environ``) and remembers their names for the documentation.

    A variable that is set to nothing but blanks counts as not set.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.names: set[str] = set()

    def text(self, name: str, default: str = "") -> str:
        """Return the value without surrounding blanks."""
        self.names.add(name)
        return self.values.get(name, "").strip() or default

    def flag(self, name: str, default: bool) -> bool:
        """Return a yes or no; anything else is an error, never a silent no."""
        value = self.text(name)
        if not value:
            return default
        if value.lower() in TRUE + FALSE:
            return value.lower() in TRUE
        raise wrong(name, value, f"{', '.join(TRUE)}; {', '.join(FALSE)}")

    def choice(self, name: str, default: str, accepted: Sequence[str]) -> str:
        """Return one of ``accepted``, whatever its case was."""
        value = self.text(name, default)
        for word in accepted:
            if word.lower() == value.lower():
                return word
        raise wrong(name, value, ", ".join(accepted))

    def number(self, name: str, default: int, low: int, high: int) -> int:
        """Return a whole number from ``low`` to ``high``, both included."""
        value = self.text(name, str(default))
        if not re.fullmatch(r"[0-9]{1,12}", value) or not low <= int(value) <= high:
            raise wrong(name, value, f"a whole number from {low} to {high}")
        return int(value)

    def items(
        self, name: str, default: Sequence[str], pattern: re.Pattern[str], accepted: str
    ) -> list[str]:
        """Return a comma-separated list, each item of which matches ``pattern`` as a whole."""
        found = [item.strip() for item in self.text(name).split(",") if item.strip()]
        for item in found:
            if not pattern.fullmatch(item):
                raise wrong(name, item, accepted)
        return found or list(default)

    def hosts(self, name: str, default: Sequence[str]) -> list[str]:
        """Return host names as ALLOWED_HOSTS wants them; ``*`` is refused, since it accepts a forged Host."""
        accepted = (
            "host names separated by commas, without scheme or port (.example.org for all below)"
        )
        return self.items(name, default, HOST, accepted)

    def origins(self, name: str) -> list[str]:
        """Return origins as CSRF_TRUSTED_ORIGINS wants them."""
        accepted = (
            "origins separated by commas, such as https://policies.example.org, without a path"
        )
        return self.items(name, (), ORIGIN, accepted)

    def exact_origins(self, name: str) -> list[str]:
        """Return origins letter by letter as browsers send them: no wildcard, no default port."""
        accepted = (
            "origins separated by commas, each as a browser sends it: https://app.example.org, in "
            "lower case, without wildcard, path or default port"
        )
        found = self.items(name, (), ORIGIN, accepted)
        for origin in found:
            default = ":443" if origin.startswith("https:") else ":80"
            if "*" in origin or origin != origin.lower() or origin.endswith(default):
                raise wrong(name, origin, accepted)
        return found

    def rate(self, name: str, default: str) -> tuple[int, int] | None:
        """Return (requests, seconds) of a rate such as 600/min; None for off."""
        value = self.text(name, default)
        if value == "off":
            return None
        found = RATE.fullmatch(value)
        if not found:
            raise wrong(name, value, f"off, or a number and one of {', '.join(WINDOWS)}: 600/min")
        return int(found[1]), WINDOWS[found[2]]
