"""A real Chromium on a live server: visitors in either theme and width, with their console watched."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # playwright's loop runs in this thread

import axe_playwright_python
import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text()
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
"""Named, since axe's defaults leave out what WCAG 2.2 added."""
MEASURE_ALIKE_ONCE = r"""
() => {
    const words = /^(href|id|for|name|value|title|datetime|data-.*|aria-(?!current).*)$/;
    const paths = new Map(), seen = new Set();
    for (const node of document.querySelectorAll('*')) {
        const look = [...node.attributes].filter(({name}) => !words.test(name));
        const own = look.map(({name, value}) => `${name}=${value}`).join();
        const path = `${paths.get(node.parentElement)}>${node.tagName} ${own}`;
        paths.set(node, path);
        if (!seen.has(path)) node.dataset.unlike = '';
        seen.add(path);
    }
    axe.configure({rules: [{id: 'color-contrast', selector: '[data-unlike]'}]});
}
"""
"""axe takes most of its time for the contrast of each element. Those that agree in tag, classes and all else
that a stylesheet can ask for, up to the root, have one color: the first of them is measured."""
FLAGS = [
    "--no-sandbox",  # continuous integration runs as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "correct-horse-battery"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium; the tests fail, and do not skip, where there is none."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "The browser tests need Chromium (Debian's package chromium)."
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=path, args=FLAGS, env={**os.environ, "HOME": home}
        )
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def loaded(django_db_setup: Any, django_db_blocker: Any) -> Iterator[sqlite3.Connection]:
    """A copy of a database that holds the bundled catalog, loaded once; these tests run on SQLite."""
    with django_db_blocker.unblock(), closing(sqlite3.connect(":memory:")) as copy:
        empty = sqlite3.connect(":memory:")
        connection.ensure_connection()
        connection.connection.backup(empty)
        call_command("load_starter", verbosity=0)
        connection.connection.backup(copy)
        empty.backup(connection.connection)
        yield copy


@pytest.fixture(autouse=True)
def _catalog(loaded: sqlite3.Connection, transactional_db: Any, settings: Any) -> None:
    """Every browser test sees the bundled catalog."""
    settings.ALLOWED_HOSTS = ["*"]
    connection.ensure_connection()
    loaded.backup(connection.connection)


class Visitor:
    """One browser window: ``console`` keeps what the page complained of."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base, self.console = page, base, []
        page.on("console", lambda message: self.console.append(message.text))
        page.on("pageerror", lambda error: self.console.append(str(error)))

    def open(self, path: str) -> Page:
        """Go to an address of the live server."""
        self.page.goto(f"{self.base}{path}")
        return self.page

    def csp_complaints(self) -> list[str]:
        """What the content security policy stopped; ask before axe, which trips it itself."""
        return [line for line in self.console if "Content Security Policy" in line]

    def violations(self) -> dict[str, list[str]]:
        """What axe finds: rule → the elements that fail it."""
        self.page.evaluate(AXE)
        self.page.evaluate(MEASURE_ALIKE_ONCE)
        found = self.page.evaluate(
            "tags => axe.run(document, {runOnly: {type: 'tag', values: tags},"
            " resultTypes: ['violations']})",
            WCAG,
        )
        return {
            rule["id"]: [str(node["target"][0]) for node in rule["nodes"]]
            for rule in found["violations"]
        }

    def overflows(self) -> bool:
        """Whether the page can be scrolled sideways."""
        return self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


@pytest.fixture
def visit(browser: Browser, live_server: Any) -> Iterator[Callable[..., Visitor]]:
    """Open a window: ``visit(theme="dark", width=390, user=…, javascript=False)``."""
    contexts = []

    def opened(
        *, theme: str = "light", width: int = 1280, user: Any = None, javascript: bool = True
    ) -> Visitor:
        context = browser.new_context(
            color_scheme=theme,  # type: ignore[arg-type]
            viewport={"width": width, "height": 900},
            java_script_enabled=javascript,
        )
        contexts.append(context)
        if user is not None:
            context.add_cookies([session_cookie(user, live_server.url)])
        page = context.new_page()
        page.set_default_timeout(20_000)
        return Visitor(page, live_server.url)

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def curator() -> Any:
    """Somebody who may do everything, with ``PASSWORD``."""
    return get_user_model().objects.create_superuser("curator", password=PASSWORD)


def session_cookie(user: Any, url: str) -> dict[str, str]:
    """The cookie of a session in which this user is logged in."""
    client = Client()
    client.force_login(user)
    return {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}
