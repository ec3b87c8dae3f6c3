"""Which model a provider's spelling names, and above all: which it does not."""

from __future__ import annotations

import pytest

from policies.catalog.matching import (
    ALIAS,
    EXACT,
    NEW,
    NORMALIZED,
    QUANTIZATION,
    QUANTIZATIONS,
    TAG,
    TAGS,
    VENDOR,
    Match,
    Spellings,
)

KNOWN = {
    "acme/alpha-1": "Acme AI",
    "acme/alpha-1-turbo": "Acme AI",
    "beta-2": "Beta Labs",
    "left/gamma": "Left",
    "right/gamma": "Right",
}


@pytest.fixture(scope="module")
def spellings():
    found = Spellings()
    for canonical_id, owner in KNOWN.items():
        found.add_model(canonical_id, owner)
    found.add_alias("alpha one", "acme/alpha-1")
    found.add_alias("beta/beta-2-instruct", "beta-2")
    return found


MATCHES = {
    "acme/alpha-1": Match("acme/alpha-1", EXACT),
    " ACME/Alpha-1 ": Match("acme/alpha-1", EXACT),
    "Alpha One": Match("acme/alpha-1", ALIAS),
    "acme/alpha-1:free": Match("acme/alpha-1", NORMALIZED, (TAG,)),
    "acme/alpha-1-fp8": Match("acme/alpha-1", NORMALIZED, (QUANTIZATION,)),
    "acme/alpha-1-FP8:free": Match("acme/alpha-1", NORMALIZED, (TAG, QUANTIZATION)),
    "alpha-1": Match("acme/alpha-1", NORMALIZED, (VENDOR,)),
    "acme-ai/alpha-1": Match("acme/alpha-1", NORMALIZED, (VENDOR,)),
    "accounts/host/models/alpha-1": Match("acme/alpha-1", NORMALIZED, (VENDOR,)),
    "@cf/acme/alpha-1-awq": Match("acme/alpha-1", NORMALIZED, (QUANTIZATION, VENDOR)),
    "betalabs/beta-2": Match("beta-2", NORMALIZED, (VENDOR,)),
    "host/beta-2": Match("beta-2", NORMALIZED, (VENDOR,)),
    "left/gamma-4bit": Match("left/gamma", NORMALIZED, (QUANTIZATION,)),
}

STRANGERS = {
    "another model": "delta-9",
    "a size of its own": "acme/alpha-1-turbo-preview",
    "a stranger's model of the same name": "stranger/alpha-1",
    "a stranger's fine-tune": "stranger/beta-2:free",
    "a bare name that two vendors use": "gamma",
    "a tag that is no route tag": "acme/alpha-1:thinking",
    "a date": "acme/alpha-1-20260101",
    "only a vendor": "acme/",
    "only a tag": ":free",
    "only slashes": "///",
    "an owner's name without a letter": "---/alpha-1",
}


@pytest.mark.parametrize("spelling", MATCHES)
def test_it_matches(spelling, spellings):
    assert spellings.match(spelling, "host") == MATCHES[spelling]


@pytest.mark.parametrize("why", STRANGERS)
def test_it_matches_nothing_where_nothing_vouches(why, spellings):
    assert spellings.match(STRANGERS[why], "host") == Match(None, NEW)


@pytest.mark.parametrize("tag", TAGS)
def test_it_drops_every_written_tag(tag, spellings):
    assert spellings.match(f"acme/alpha-1:{tag}", "host").dropped == (TAG,)


@pytest.mark.parametrize(
    "suffix", ["fp4", "bf16", "int8", "nvfp4", "mxfp4", "gptq", "8bit", "q4_k_m"]
)
def test_it_drops_every_written_quantization(suffix, spellings):
    assert spellings.match(f"acme/alpha-1-{suffix}", "host").dropped == (QUANTIZATION,)


def test_it_never_drops_turbo(spellings):
    assert spellings.match("acme/alpha-1-turbo", "host").canonical_id == "acme/alpha-1-turbo"
    assert spellings.match("beta-2-turbo", "host").how == NEW
    assert not QUANTIZATIONS.search("gpt-4-turbo")


def test_it_prefers_the_normalization_that_drops_least():
    found = Spellings()
    found.add_model("acme/alpha-1", "Acme")
    found.add_model("alpha-1", "Acme")
    match = found.match("acme/alpha-1:free", "acme")
    assert match == Match("acme/alpha-1", NORMALIZED, (TAG,))


def test_it_passes_over_a_candidate_that_nothing_vouches_for():
    found = Spellings()
    found.add_model("acme/alpha-1", "Acme")
    found.add_model("alpha-1:free", "Somebody")
    assert found.match("acme/alpha-1:free", "host").canonical_id == "acme/alpha-1"


def test_it_keeps_an_alias_with_the_first_model_that_carried_it():
    found = Spellings()
    found.add_model("one")
    found.add_model("two")
    found.add_alias("uno", "one")
    found.add_alias("uno", "two")
    assert found.match("uno", "host") == Match("one", ALIAS)


def test_it_lets_the_providers_own_name_vouch():
    found = Spellings()
    found.add_model("alpha-1")
    assert found.match("novita/alpha-1", "host").how == NEW
    assert found.match("novita/alpha-1", "novita-ai") == Match("alpha-1", NORMALIZED, (VENDOR,))
