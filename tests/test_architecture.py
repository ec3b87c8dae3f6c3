"""The house keeps its shape: imports run downhill, files and functions stay small."""

from __future__ import annotations

import ast
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).resolve().parent.parent
LADDER = [
    {"bases"},
    {"rules"},
    {"querysets"},
    {"models"},
    {"spellings", "resolution", "webhooks"},
    {"revisions"},
    {
        "timeline",
        "trace",
        "trace_text",
        "rules_doc",
        "asof",
        "shadows",
        "supposed",
        "supposing",
        "merging",
        "undoing",
        "effects",
        "duplicates",
    },
    {"catalog", "export", "filters", "records", "differences"},
    {"worklist"},
    {"admin", "views", "api", "management", "templatetags"},
    {"urls", "site"},
]
OUTSIDE = {"migrations", "apps", "__init__", "starter"}


def step_of(module: str) -> int | None:
    for step, names in enumerate(LADDER):
        if module in names:
            return step
    return None


def part_of(path: Path) -> str:
    return path.relative_to(ROOT / "policies").parts[0].removesuffix(".py")


def sources() -> list[Path]:
    return [
        path
        for path in sorted((ROOT / "policies").rglob("*.py"))
        if not {"migrations", "starter"} & set(path.parts)
    ]


def imported_parts(source: str) -> set[str]:
    """The parts of ``policies`` that a file imports when it is loaded or called."""
    parts = set()
    tree = ast.parse(source)
    for node in list(ast.walk(tree)):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            node.body = []  # types alone import nothing
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        parts |= {name.split(".")[1] for name in names if name.startswith("policies.")}
    return parts


def uphill(part: str, source: str) -> set[str]:
    """What a file of ``part`` imports that stands to its right."""
    step = step_of(part)
    return {
        other
        for other in imported_parts(source)
        if step is not None and (found := step_of(other)) is not None and found > step
    }


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_it_imports_downhill(path):
    assert uphill(part_of(path), path.read_text()) == set()


def test_it_would_notice_an_uphill_import():
    assert uphill("rules", "from policies.models import License") == {"models"}
    assert uphill("revisions", "import policies.admin.base") == {"admin"}
    assert uphill("admin", "from policies import revisions") == set()


def test_it_places_every_module_on_the_ladder():
    parts = {part_of(path) for path in sources()} - OUTSIDE

    assert {part for part in parts if step_of(part) is None} == set()
    assert set().union(*LADDER) - parts == set(), "on the ladder and not there"


def test_it_keeps_the_project_folder_free_of_domain_code():
    for path in (ROOT / "nanopolicy").glob("*.py"):
        assert imported_parts(path.read_text()) <= {"urls", "api"}, path


def test_it_keeps_the_decision_free_of_tables():
    for name in ("bases", "rules"):
        source = (ROOT / "policies" / f"{name}.py").read_text()
        assert imported_parts(source) <= {"bases"}
        assert "django.db" not in source or name == "bases"


def test_it_keeps_files_and_functions_small():
    lengths, functions = {}, {}
    for path in [*sources(), *(ROOT / "nanopolicy").glob("*.py")]:
        source = path.read_text()
        lengths[path] = source.count("\n")
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef):
                functions[f"{path}:{node.name}"] = node.end_lineno - node.lineno + 1

    assert [str(path) for path, lines in lengths.items() if lines > 350] == []
    assert median(lengths.values()) <= 130
    long = [name for name, lines in functions.items() if lines > 40]
    assert len(long) <= len(functions) * 0.05, long
