"""docs/rules.md says what the rule table says, and the check notices when it does not."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from policies import rules_doc
from policies.bases import NOTICE, STANDARD_LABELS, Basis, Status
from policies.rules import RULES, RULES_VERSION

COMMITTED = settings.BASE_DIR / "docs" / "rules.md"


def run(capsys, path, **options):
    call_command("rules_doc", output=path, **options)
    return capsys.readouterr().out


def test_it_is_current_in_the_repository(capsys):
    assert run(capsys, COMMITTED, check=True) == "rules.md is current.\n"


def test_it_names_every_rule_in_order():
    text = rules_doc.markdown()
    places = [text.index(f"{rule.number}. **{rule.title}** (`{rule.code}`)") for rule in RULES]

    assert places == sorted(places)
    assert all(rule.sentence in text for rule in RULES)
    assert f"Version {RULES_VERSION}." in text


@pytest.mark.parametrize("basis", Basis)
def test_it_gives_every_basis_its_status_and_meaning(basis):
    (row,) = [
        line
        for line in rules_doc.markdown().splitlines()
        if line.startswith(f"| `{basis.value}` |")
    ]

    assert basis.status.label in row
    assert basis.meaning in row
    assert all(layer.label.lower() in row for layer in basis.recorded_by)


def test_it_gives_every_standard_label():
    lines = rules_doc.markdown().splitlines()

    for (layer, basis), label in STANDARD_LABELS.items():
        assert f"| {layer.label} | `{basis.value}` | {label} |" in lines


def test_it_says_what_each_status_means():
    text = rules_doc.markdown()

    assert list(rules_doc.MEANINGS) == list(Status)
    assert all(meaning in text for meaning in rules_doc.MEANINGS.values())


def test_it_ends_with_the_caveats():
    assert rules_doc.markdown().endswith(f"{NOTICE}\n")


def test_it_writes_the_file_once(tmp_path, capsys):
    path = tmp_path / "rules.md"

    assert run(capsys, path) == "Wrote rules.md.\n"
    assert path.read_text() == rules_doc.markdown()
    assert run(capsys, path) == "rules.md is current.\n"


@pytest.mark.parametrize("stored", [None, "", "# Rules\n"])
def test_it_refuses_a_stale_file_and_leaves_it_alone(stored, tmp_path):
    path = tmp_path / "rules.md"
    if stored is not None:
        path.write_text(stored)

    with pytest.raises(CommandError, match=r"rules\.md is stale: run `manage\.py rules_doc`"):
        call_command("rules_doc", output=path, check=True)

    assert (path.read_text() if path.exists() else None) == stored


def test_it_notices_a_changed_rule(tmp_path, monkeypatch):
    path = tmp_path / "rules.md"
    call_command("rules_doc", output=path)
    monkeypatch.setattr(rules_doc, "RULES", RULES[:-1])

    with pytest.raises(CommandError, match="stale"):
        call_command("rules_doc", output=path, check=True)
