"""``manage.py explain``: the answer and its reasons in a terminal, for people and for programs."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from policies.models import Route
from tests.factories import (
    ALLOWS,
    CLOSED,
    PERMITS,
    RESTRICTS,
    SILENT,
    editing,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
    read_anew,
    save,
)

pytestmark = pytest.mark.django_db

QUOTE = (
    "If you use the Materials or any outputs of them to improve a model, its name must start so."
)


def explain(*words, **options):
    """What the command prints; lines are 80 wide, as where there is no terminal."""
    out = StringIO()
    call_command("explain", *words, stdout=out, **options)
    return out.getvalue()


@pytest.fixture(autouse=True)
def _narrow(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture(scope="module")
def recorded(kept):
    with editing():
        license = make_license(
            "llama-3.1", ALLOWS, name="Llama 3.1", note="Names bind.", quote=QUOTE,
            quote_section="1.b", evidence="text-read", verified_on="2026-11-24",
            conditions=[
                {"kind": "naming", "detail": "the derived model's name starts with Llama"},
                {"kind": "share-alike", "detail": ""},
            ],
        )  # fmt: skip
        model = make_model(
            "meta/llama",
            license,
            name="Llama",
            aliases=["Llama:FREE"],
            license_evidence="secondary",
        )
        for slug, basis in (("strict", RESTRICTS), ("liberal", PERMITS), ("quiet", SILENT)):
            terms = make_terms(f"{slug}-terms", basis, name=f"{slug.title()} terms", note="Read.")
            host = make_provider(slug, terms, name=slug.title())
            make_route(model, host, provider_model_id=f"{slug}/llama")
    return model


@pytest.fixture
def model(recorded, db):
    """One open model: allowed alone, restricted at Strict, permitted at Liberal, silent at Quiet."""
    (record,) = read_anew(recorded)
    return record


def test_it_explains_a_model_by_its_license_and_lists_its_routes(model):
    """Answer, rules, document, conditions, then one line for each provider."""
    text = explain("LLAMA:free")
    assert text.startswith("Llama  meta/llama\n✓ Allowed  License permits distillation\n")
    for line in (
        "  basis   permissive-open-weights",
        "  source  https://licenses.example/llama-3.1",
        "  note    Names bind.",
        "  1. The provider restricts explicitly: does not apply",
        "     No provider terms are recorded.",
        "  3. The license allows, the provider is silent: allowed",
        "     The license records permissive-open-weights. [Llama 3.1]",
        "  4. The license restricts: not reached",
        "Llama 3.1 (license llama-3.1)",
        "    “If you use the Materials or any outputs of them to improve a model, its",
        "  section 1.b, text read, verified 2026-11-24",
        "  https://licenses.example/llama-3.1",
        "  That the model carries it is known from: a secondary source.",
        "Allowed, if",
        "  - naming: the derived model's name starts with Llama (Llama 3.1)",
        "  - share-alike (Llama 3.1)",
        "Routes  3: 2 allowed, 1 disallowed, 0 unknown",
        "  allowed     Liberal  liberal/llama",
        "  disallowed  Strict   strict/llama",
    ):
        assert f"{line}\n" in text
    assert "Revision 1, " in text
    assert "Informational, not legal advice." in text
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize("provider", ["strict", "STRICT", "Strict"])
def test_it_explains_a_route_with_both_documents(provider, model):
    """By the provider's slug or name; what the terms override is named."""
    text = explain("meta/llama", provider)
    assert "at Strict  strict/llama\n✕ Disallowed  Provider terms restrict output use\n" in text
    assert "  2. The provider permits explicitly: not reached\n" in text
    assert "Strict terms (terms strict-terms)\n  No quote is recorded.\n" in text
    assert "Llama 3.1 (license llama-3.1)\n  Overridden: the license alone would allow.\n" in text
    assert "Allowed, if" not in text
    assert "Routes  " not in text


def test_it_explains_every_route_of_the_model_at_the_provider(model):
    """One provider can serve a model twice, under other terms."""
    host = Route.objects.get(provider__slug="quiet").provider
    own = make_terms("own", RESTRICTS, name="Own terms")
    make_route(model, host, provider_model_id="quiet/llama-own", terms=own, available=False)
    text = explain("meta/llama", "quiet")
    assert text.index("at Quiet  quiet/llama\n✓ Allowed") < text.index(
        "at Quiet  quiet/llama-own (no longer available)\n✕ Disallowed"
    )


def test_it_explains_what_nothing_is_recorded_of():
    """Unknown, in words."""
    make_route(make_model("bare"), make_provider("p"), lifecycle="beta")
    text = explain("bare", "p")
    assert "? Unknown  No policy is recorded\n" in text
    assert "  source  none recorded\n" in text
    assert "  5. No clear signal: unknown\n" in text
    assert "(beta)" in text


def test_it_gives_programs_the_same_as_json(model):
    """The contract's policy object, every rule, both documents, and what binds."""
    document = json.loads(explain("meta/llama", "liberal", json=True))
    assert document["meta"]["revision"] == 1
    assert document["meta"]["notice"].startswith("Informational")
    assert document["model"] == {
        "id": "meta/llama",
        "name": "Llama",
        "licenseKnownFrom": "secondary",
    }
    [row] = document["providers"]
    assert row["distillationPolicy"] == {
        "status": "allowed",
        "label": "Provider terms permit output use",
        "basis": "provider-output-use-terms",
        "sourceUrl": "https://terms.example/liberal-terms",
        "note": "Read. Model-level signal: license permits distillation.",
    }
    assert [rule["outcome"] for rule in row["rules"]] == [
        "does not apply",
        "decides",
        *["not reached"] * 3,
    ]
    assert row["rules"][1]["facts"][1]["document"] == "llama-3.1"
    assert [(part["slug"], part["decides"]) for part in row["documents"]] == [
        ("liberal-terms", True),
        ("llama-3.1", False),
    ]
    assert row["documents"][1]["quote"] == QUOTE
    assert row["documents"][1]["verifiedOn"] == "2026-11-24"
    assert row["conditions"][0] == {
        "kind": "naming",
        "detail": "the derived model's name starts with Llama",
        "document": "llama-3.1",
    }


def test_it_gives_programs_the_model_and_all_its_routes(model):
    """Without a provider the model's own answer stands with the model."""
    document = json.loads(explain("meta/llama", json=True))
    assert document["model"]["distillationPolicy"]["status"] == "allowed"
    assert [row["provider"] for row in document["providers"]] == ["liberal", "quiet", "strict"]


def test_it_explains_a_past_answer(model):
    """By the documents as they were then, at a revision or at the end of a day."""
    license = model.license
    save(license, basis=CLOSED, name="Llama 3.1 read again")
    assert "✕ Disallowed  Closed model family restricts" in explain("meta/llama")
    text = explain("meta/llama", as_of="r1")
    assert "✓ Allowed  License permits distillation" in text
    assert "Llama 3.1 (license llama-3.1)" in text
    assert "Revision 1, " in text
    assert json.loads(explain("meta/llama", as_of="r1", json=True))["meta"]["revision"] == 1


@pytest.mark.parametrize(
    ("words", "options", "message"),
    [
        (["lama"], {}, "No model is recorded as “lama”. Close to it: meta/llama."),
        (["zzzzzz"], {}, "No model is recorded as “zzzzzz”."),
        ([" "], {}, "MODEL is empty."),
        (["a\0b"], {}, "No model can be called “a�b”."),
        (["meta/llama", "strikt"], {}, "No provider is recorded as “strikt”. Close to it: strict."),
        (["meta/llama", ""], {}, "PROVIDER is empty."),
        (
            ["meta/llama", "idle"],
            {},
            "Idle is not recorded as serving meta/llama. These do: liberal, quiet, strict.",
        ),
        (
            ["unserved", "idle"],
            {},
            "Idle is not recorded as serving unserved. No provider is recorded that does.",
        ),
        (["meta/llama"], {"as_of": "2001-01-01"}, "“meta/llama” (as of 2001-01-01)."),
        (["meta/llama"], {"as_of": "soon"}, "accepted, for example: "),
        (["meta/llama"], {"as_of": "r99"}, "r99"),
    ],
)
def test_it_says_what_it_does_not_know(words, options, message, model):
    """In one sentence that names what comes close."""
    make_provider("idle", name="Idle")
    make_model("unserved")
    with pytest.raises(CommandError) as refused:
        explain(*words, **options)
    assert message in str(refused.value)


def test_it_colors_only_on_demand_where_there_is_no_terminal(model):
    """Statuses have their colors, unknown has none."""
    assert "\x1b[" not in explain("meta/llama")
    colored = explain("meta/llama", force_color=True)
    assert "\x1b[32;1m✓ Allowed\x1b[0m" in colored
    assert "\x1b[31;1mdisallowed" in colored


@pytest.mark.parametrize(("columns", "widest"), [("20", 40), ("300", 100)])
def test_it_keeps_to_a_readable_width(columns, widest, model, monkeypatch):
    """Whatever the terminal's."""
    monkeypatch.setenv("COLUMNS", columns)
    wrapped = [line for line in explain("meta/llama").splitlines() if line.startswith("    “")]
    assert len(wrapped[0]) <= widest
    assert (len(wrapped[0]) > 80) is (columns == "300")
