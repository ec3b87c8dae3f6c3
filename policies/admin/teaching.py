"""What a curator should look for in a text: help texts, with example clauses for each basis.

The clauses are made up for teaching; none is quoted from a real document.
"""

from __future__ import annotations

from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils.functional import lazy
from django.utils.safestring import SafeString

from policies.bases import LAYER_BASES, Basis, Layer
from policies.rules import standard_label


class Lesson(NamedTuple):
    """When a basis is the right one, and sentences for which it would be."""

    criterion: str
    examples: tuple[str, ...]


LESSONS: dict[tuple[Layer, Basis], Lesson] = {
    (Layer.LICENSE, Basis.PERMISSIVE_OPEN_WEIGHTS): Lesson(
        "The license grants use for any purpose, or the training of other models by name, and no "
        "clause takes outputs out of it. Duties such as naming are conditions, not restrictions.",
        (
            "You may use, change and redistribute the weights, and may use what they generate for "
            "any purpose, the training of other models included.",
            "Permission is granted, free of charge, to deal in the model without restriction.",
        ),
    ),
    (Layer.LICENSE, Basis.CLOSED_PROVIDER_RESTRICTION): Lesson(
        "The weights are not published, and the owner's own terms keep outputs from training "
        "competing models. The source is those terms.",
        (
            "Our models are offered as a service only. Customers shall not use what our models "
            "generate to train a model that competes with them.",
            "You may not use the output of our services to develop models of your own.",
        ),
    ),
    (Layer.LICENSE, Basis.PROVIDER_OUTPUT_USE_RESTRICTION): Lesson(
        "The weights can be had, but the license restricts what their outputs may train.",
        (
            "The weights are free to use, but what they generate must not improve any language "
            "model other than this one and its derivatives.",
            "The model and its outputs are for research that is not commercial, and shall train no "
            "other model.",
        ),
    ),
    (Layer.LICENSE, Basis.PROVIDER_TERMS_UNKNOWN): Lesson(
        "The text was not found, or says nothing of outputs and grants no use for any purpose. Say "
        "in the internal note what was searched.",
        (
            "Use of this model is subject to our acceptable use policy. (Nothing is said of "
            "outputs, and no other right is granted.)",
            "License: other. (No text is linked.)",
        ),
    ),
    (Layer.TERMS, Basis.DEEPSEEK_API_TERMS): Lesson(
        "For DeepSeek's own API terms only, which name distillation.",
        (
            "Inputs and outputs may be used to train other models, for example by distillation.",
            "Users may apply outputs to model training such as distillation.",
        ),
    ),
    (Layer.TERMS, Basis.PROVIDER_OUTPUT_USE_TERMS): Lesson(
        "The terms say that outputs may be used for any lawful purpose, or for training. That the "
        "customer owns the output is no such sentence.",
        (
            "You may use the output of the service for any lawful purpose, as far as the license "
            "of the model permits.",
            "Customer may use outputs to train or improve models of its own.",
        ),
    ),
    (Layer.TERMS, Basis.PROVIDER_OUTPUT_USE_RESTRICTION): Lesson(
        "A sentence keeps outputs, or the service, from building, training or improving models or "
        "services that compete, whoever owns the output.",
        (
            "Customer shall not use the service, or anything that it returns, to build or train a "
            "competing model or service.",
            "Output must not be used to develop machine learning models.",
        ),
    ),
    (Layer.TERMS, Basis.CLOSED_PROVIDER_RESTRICTION): Lesson(
        "The provider serves closed models of its own and restricts their outputs.",
        (
            "We serve our own models alone, and their output must not be used to imitate them.",
            "You will not use the output of our models to train models that compete with us.",
        ),
    ),
    (Layer.TERMS, Basis.PROVIDER_TERMS_UNKNOWN): Lesson(
        "The terms were read and say nothing clear of what outputs may be used for. The license of "
        "each model then decides.",
        (
            "As between the parties, customer owns the output. (Who owns it is settled, what it "
            "may be used for is not.)",
            "You are responsible for your use of the output.",
        ),
    ),
}

BASIS_HELP = (
    "Look for the sentence about outputs, not about the weights or the service. Record what it "
    "says; the status follows."
)


def _drawn(layer: Layer, chosen: str) -> SafeString:
    lessons = [
        {
            "basis": basis,
            "lesson": LESSONS[layer, basis],
            "label": standard_label(layer, basis),
            "chosen": basis == chosen,
        }
        for basis in LAYER_BASES[layer]
    ]
    context = {"help": BASIS_HELP, "lessons": lessons}
    return render_to_string("admin/policies/bases.html", context)


basis_guide = lazy(_drawn, SafeString)
"""Each basis that a document of this layer may record, that of the chosen one standing open.

Takes the layer and the chosen basis; drawn where a page shows it, and not by the forms that only save.
"""


SOURCE_HELP = {
    "basis": BASIS_HELP,
    "slug": "Identifies the document in the API and in imports, for example llama-3.1.",
    "name": "As the document calls itself.",
    "source_url": (
        "Where anybody can read the text that decided. Required for every basis but "
        "provider-terms-unknown. The document itself, not a page that talks about it."
    ),
    "quote": (
        "The decisive sentence, verbatim, in the document's language; cut with […]. Required where "
        "the evidence says that the text was read and the basis is a decided one; leave it empty "
        "where no text was read."
    ),
    "quote_section": "Where it stands, for example “3.3(e)” or “Additional terms, paragraph 2”.",
    "evidence": (
        "How far the text was read. “Secondary” is somebody else's reading; it is shown beside "
        "every answer that rests on it."
    ),
    "verified_on": "The day on which the text was last read, as YYYY-MM-DD.",
    "verified_by": "Who read it.",
    "review_by": "When it should be read again, as YYYY-MM-DD.",
    "label": "Leave empty for the standard label of the basis.",
    "note": (
        "Clients of the API read this: one or two sentences with the caveats, ending in a full "
        "stop."
    ),
    "internal_note": "For curators only: doubts, other readings, what was searched.",
    "conditions": (
        "What the document still demands where distillation is allowed. Tick what it contains, "
        "and say in a few words what is asked."
    ),
}

LICENSE_HELP = SOURCE_HELP | {
    "spdx_id": "The identifier in the SPDX license list, where there is one.",
    "version_name": "The version or date that the text gives itself.",
    "publisher": "Who wrote the text.",
}

TERMS_HELP = SOURCE_HELP | {
    "subject_to_license": (
        "A permission counts only where the license of the model allows too. Clear this only "
        "where the terms permit outputs of every model without regard to its license."
    ),
    "clause_kind": (
        "The kind of sentence that was found. A general no-compete clause names services, not "
        "outputs; an ownership clause alone is no permission."
    ),
    "effective": "The date as the text states it, for example “effective 2026-01-01”.",
    "scope": "Read the terms of the API: consumer terms are often stricter.",
}

MODEL_HELP = {
    "canonical_id": "The id in our answers, owner/name; every other spelling is an alias.",
    "license": "Leave empty to take over the license of the family.",
    "family": "Members without a license of their own have their family's.",
    "license_evidence": (
        "How we know that this model carries this license: the publisher's own file is best, a "
        "list made by others is secondary."
    ),
    "license_source_url": "The file or page that says so.",
    "license_note": "What was inferred, and from what.",
    "release_date": "YYYY, YYYY-MM or YYYY-MM-DD, as precise as the source.",
    "context_length": "In tokens.",
}

PROVIDER_HELP = {
    "terms": "Leave empty where nobody has recorded any; silence of terms that were read is a document.",
    "api_url": "The base address of the API.",
    "docs_url": "The page that documents the API.",
}

ROUTE_HELP = {
    "provider_model_id": "The id that a client sends to this provider.",
    "terms": "Only where this route has terms of its own; otherwise the provider's apply.",
    "available": "Whether the provider serves it now. A deprecated route can still be available.",
}

FAMILY_HELP = {"license": "Applies to every member that has no license of its own."}
