"""What the documents name exists: files, make targets, commands."""

import re

import pytest
from django.core.management import get_commands

from tests.skeleton.launch import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
TARGETS = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def name(document) -> str:
    return str(document.relative_to(ROOT))


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_it_links_only_to_what_is_there(document):
    links = re.findall(r"\]\(([^)#]+)", document.read_text())
    relative = [link for link in links if "://" not in link]
    assert [link for link in relative if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_it_names_only_make_targets_that_exist(document):
    code = re.findall(r"`[^`\n]+`|^make .*$", document.read_text(), re.MULTILINE)
    assert set(re.findall(r"\bmake ([a-z][a-z-]*)", "\n".join(code))) <= TARGETS


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_it_names_only_commands_that_exist(document):
    named = set(re.findall(r"manage\.py ([a-z_]+)", document.read_text()))
    assert named <= set(get_commands())


def test_it_finds_the_documents():
    assert {"README.md", "docs/operations.md"} <= {name(document) for document in DOCUMENTS}
