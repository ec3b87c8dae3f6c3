"""A page as a strict parser reads it, and short questions to ask of it."""

from __future__ import annotations

from collections import Counter

import html5lib

BLOCKS = frozenset(
    {"blockquote", "dd", "div", "dt", "h1", "h2", "h3", "li", "p", "section", "summary"}
    | {"td", "th", "tr"}
)


def _words(element):
    gap = " " if element.tag in BLOCKS else ""
    yield gap + (element.text or "")
    for child in element:
        yield from _words(child)
        yield child.tail or ""
    yield gap


class ReadPage:
    """A response's HTML: it must parse without an error and carry no inline script or style."""

    def __init__(self, response):
        self.response = response
        self.html = response.content.decode()
        parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
        self.root = parser.parse(self.html)
        self.check()

    def check(self):
        """What holds for every page."""
        elements = list(self.root.iter())
        assert not [e for e in elements if e.get("style")], "an inline style"
        assert not [e for e in elements if e.tag == "style"], "a style element"
        assert not [e for e in elements if e.tag == "script" and not e.get("src")], "a script"
        assert not [name for e in elements for name in e.attrib if name.startswith("on")]
        ids = Counter(e.get("id") for e in elements if e.get("id"))
        assert not [name for name, count in ids.items() if count > 1], "an id twice"
        assert len(self.find("h1")) == 1
        assert "Informational, not legal advice." in self.text()

    def find(self, tag, css=""):
        """Elements by tag and one class."""
        found = self.root.iter(tag)
        return [e for e in found if not css or css in (e.get("class") or "").split()]

    def text(self, element=None):
        """Its words, with single spaces; blocks are apart even where the source has no space."""
        return " ".join("".join(_words(self.root if element is None else element)).split())

    def texts(self, tag, css=""):
        """The words of each such element."""
        return [self.text(element) for element in self.find(tag, css)]

    def links(self):
        """Words → address; the first of each."""
        found = {}
        for element in self.find("a"):
            found.setdefault(self.text(element), element.get("href"))
        return found

    def main(self):
        """The words of the main part."""
        return self.text(self.find("main")[0])
