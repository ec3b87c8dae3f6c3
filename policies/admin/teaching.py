"""What a curator should look for in a text: help texts, with an example clause for each basis.

The clauses are made up for teaching; none is quoted from a real document.
"""

from __future__ import annotations

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from policies.bases import LAYER_BASES, Basis, Layer

EXAMPLES: dict[tuple[Layer, Basis], str] = {
    (Layer.LICENSE, Basis.PERMISSIVE_OPEN_WEIGHTS): (
        "You may use, change and redistribute the weights, and may use what they generate for any "
        "purpose, the training of other models included."
    ),
    (Layer.LICENSE, Basis.CLOSED_PROVIDER_RESTRICTION): (
        "Our models are offered as a service only. Customers shall not use what our models "
        "generate to train a model that competes with them."
    ),
    (Layer.LICENSE, Basis.PROVIDER_OUTPUT_USE_RESTRICTION): (
        "The weights are free to use, but what they generate must not improve any language model "
        "other than this one and its derivatives."
    ),
    (Layer.LICENSE, Basis.PROVIDER_TERMS_UNKNOWN): (
        "Use of this model is subject to our acceptable use policy. (Nothing is said of outputs, "
        "and no other right is granted.)"
    ),
    (Layer.TERMS, Basis.DEEPSEEK_API_TERMS): (
        "Inputs and outputs may be used to train other models, for example by distillation. "
        "(Record this basis for DeepSeek's own API terms only.)"
    ),
    (Layer.TERMS, Basis.PROVIDER_OUTPUT_USE_TERMS): (
        "You may use the output of the service for any lawful purpose, as far as the license of "
        "the model permits."
    ),
    (Layer.TERMS, Basis.PROVIDER_OUTPUT_USE_RESTRICTION): (
        "Customer shall not use the service, or anything that it returns, to build or train a "
        "competing model or service."
    ),
    (Layer.TERMS, Basis.CLOSED_PROVIDER_RESTRICTION): (
        "We serve our own models alone, and their output must not be used to imitate them."
    ),
    (Layer.TERMS, Basis.PROVIDER_TERMS_UNKNOWN): (
        "As between the parties, customer owns the output. (Who owns it is settled, what it may "
        "be used for is not.)"
    ),
}


def basis_help(layer: Layer) -> SafeString:
    """Each basis that a document of this layer may record, with meaning and example clause."""
    rows = format_html_join(
        "",
        '<dt><code>{}</code> <span class="{}">{}</span></dt><dd>{} <q>{}</q></dd>',
        (
            (
                basis.value,
                basis.status.tone,
                basis.status.label,
                basis.meaning,
                EXAMPLES[layer, basis],
            )
            for basis in LAYER_BASES[layer]
        ),
    )
    return format_html(
        "Look for the sentence about <em>outputs</em>, not about the weights or the service. "
        'Record what it says; the status follows. <dl class="bases">{}</dl>',
        rows,
    )


SOURCE_HELP = {
    "slug": "Identifies the document in the API and in imports, for example llama-3.1.",
    "name": "As the document calls itself.",
    "source_url": (
        "Where anybody can read the text that decided. Required for every basis but "
        "provider-terms-unknown. The document itself, not a page that talks about it."
    ),
    "quote": (
        "The decisive sentence, verbatim, in the document's language; cut with […]. Leave empty "
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
    "basis": basis_help(Layer.LICENSE),
    "spdx_id": "The identifier in the SPDX license list, where there is one.",
    "version_name": "The version or date that the text gives itself.",
    "publisher": "Who wrote the text.",
}

TERMS_HELP = SOURCE_HELP | {
    "basis": basis_help(Layer.TERMS),
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
