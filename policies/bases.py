"""Closed vocabularies: every code that nanopolicy stores or publishes.

Codes are for ever: they may be retired, never renamed. This module imports no
model and touches no database, so that rules and tests can loop over it.
"""

from __future__ import annotations

from django.db.models import TextChoices


class Status(TextChoices):
    """The three answers. There is no fourth, and no error maps to one of them."""

    ALLOWED = "allowed", "Allowed"
    DISALLOWED = "disallowed", "Disallowed"
    UNKNOWN = "unknown", "Unknown"

    @property
    def tone(self) -> str:
        """The short name that stylesheets and icons use: ``allow``, ``deny`` or ``unk``."""
        return _TONES[self]


_TONES = {Status.ALLOWED: "allow", Status.DISALLOWED: "deny", Status.UNKNOWN: "unk"}


class Layer(TextChoices):
    """Which kind of document speaks, or that none does."""

    LICENSE = "license", "License"
    TERMS = "terms", "Provider terms"
    NONE = "none", "Nothing recorded"


class Basis(TextChoices):
    """Why a status holds; each basis implies exactly one status."""

    DEEPSEEK_API_TERMS = "deepseek-api-terms", "DeepSeek API terms"
    PERMISSIVE_OPEN_WEIGHTS = "permissive-open-weights", "Permissive open weights"
    PROVIDER_OUTPUT_USE_TERMS = "provider-output-use-terms", "Provider output-use terms"
    PROVIDER_OUTPUT_USE_RESTRICTION = (
        "provider-output-use-restriction",
        "Provider output-use restriction",
    )
    CLOSED_PROVIDER_RESTRICTION = "closed-provider-restriction", "Closed provider restriction"
    PROVIDER_TERMS_UNKNOWN = "provider-terms-unknown", "Provider terms unknown"

    @property
    def status(self) -> Status:
        """The status that this basis implies."""
        return _BASIS_STATUS[self]

    @property
    def meaning(self) -> str:
        """One sentence that says when the basis holds."""
        return _BASIS_MEANING[self]

    @property
    def recorded_by(self) -> tuple[Layer, ...]:
        """The layers whose documents may record this basis."""
        return tuple(layer for layer, bases in LAYER_BASES.items() if self in bases)


_BASIS_STATUS = {
    Basis.DEEPSEEK_API_TERMS: Status.ALLOWED,
    Basis.PERMISSIVE_OPEN_WEIGHTS: Status.ALLOWED,
    Basis.PROVIDER_OUTPUT_USE_TERMS: Status.ALLOWED,
    Basis.PROVIDER_OUTPUT_USE_RESTRICTION: Status.DISALLOWED,
    Basis.CLOSED_PROVIDER_RESTRICTION: Status.DISALLOWED,
    Basis.PROVIDER_TERMS_UNKNOWN: Status.UNKNOWN,
}

_BASIS_MEANING = {
    Basis.DEEPSEEK_API_TERMS: (
        "DeepSeek's API terms explicitly allow inputs and outputs to train other models, "
        "distillation included."
    ),
    Basis.PERMISSIVE_OPEN_WEIGHTS: (
        "The underlying model or license permits distillation or derivative model use."
    ),
    Basis.PROVIDER_OUTPUT_USE_TERMS: "The provider's terms explicitly permit output use.",
    Basis.PROVIDER_OUTPUT_USE_RESTRICTION: (
        "The terms restrict output-based training, distillation, model development, or "
        "building competing models or services."
    ),
    Basis.CLOSED_PROVIDER_RESTRICTION: (
        "The model is from a closed family, which commonly restricts using outputs to train "
        "competing models."
    ),
    Basis.PROVIDER_TERMS_UNKNOWN: "No clear provider or model policy is recorded.",
}

LAYER_BASES: dict[Layer, tuple[Basis, ...]] = {
    Layer.LICENSE: (
        Basis.PERMISSIVE_OPEN_WEIGHTS,
        Basis.CLOSED_PROVIDER_RESTRICTION,
        Basis.PROVIDER_OUTPUT_USE_RESTRICTION,
        Basis.PROVIDER_TERMS_UNKNOWN,
    ),
    Layer.TERMS: (
        Basis.DEEPSEEK_API_TERMS,
        Basis.PROVIDER_OUTPUT_USE_TERMS,
        Basis.PROVIDER_OUTPUT_USE_RESTRICTION,
        Basis.CLOSED_PROVIDER_RESTRICTION,
        Basis.PROVIDER_TERMS_UNKNOWN,
    ),
}
"""Which bases a document of each layer may record; the database enforces it."""

STANDARD_LABELS: dict[tuple[Layer, Basis], str] = {
    (Layer.LICENSE, Basis.PERMISSIVE_OPEN_WEIGHTS): "License permits distillation",
    (Layer.LICENSE, Basis.PROVIDER_OUTPUT_USE_RESTRICTION): "License restricts output use",
    (Layer.LICENSE, Basis.CLOSED_PROVIDER_RESTRICTION): (
        "Closed model family restricts distillation"
    ),
    (Layer.LICENSE, Basis.PROVIDER_TERMS_UNKNOWN): "No clear license policy is recorded",
    (Layer.TERMS, Basis.DEEPSEEK_API_TERMS): "DeepSeek API terms permit distillation",
    (Layer.TERMS, Basis.PROVIDER_OUTPUT_USE_TERMS): "Provider terms permit output use",
    (Layer.TERMS, Basis.PROVIDER_OUTPUT_USE_RESTRICTION): "Provider terms restrict output use",
    (Layer.TERMS, Basis.CLOSED_PROVIDER_RESTRICTION): "Closed provider restricts output use",
    (Layer.TERMS, Basis.PROVIDER_TERMS_UNKNOWN): "No clear provider policy is recorded",
    (Layer.NONE, Basis.PROVIDER_TERMS_UNKNOWN): "No policy is recorded",
}
"""The label of an answer whose speaker has no label of its own."""


class Evidence(TextChoices):
    """How far a document's text was read; a gauge of trust, never a status."""

    TEXT_READ = "text-read", "Text read"
    EXCERPT_READ = "excerpt-read", "Excerpt read"
    SECONDARY = "secondary", "Secondary"
    NONE = "none", "Not read"

    @property
    def bars(self) -> int:
        """How many of the gauge's three bars are filled."""
        return 3 - list(Evidence).index(self)

    @property
    def claims_reading(self) -> bool:
        """Whether somebody says to have read the text itself, in full or in part."""
        return self in (Evidence.TEXT_READ, Evidence.EXCERPT_READ)


class LicenseEvidence(TextChoices):
    """How we know which license a model carries."""

    PUBLISHER = "publisher", "Publisher's own file"
    OWNER = "owner", "Owner (closed)"
    SECONDARY = "secondary", "Secondary source"
    INFERRED = "inferred", "Inferred"
    NONE = "none", "Not known"


class ConditionKind(TextChoices):
    """What a document can still demand where distillation is allowed."""

    ATTRIBUTION = "attribution", "Attribution"
    NAMING = "naming", "Naming"
    ACCEPTABLE_USE = "acceptable-use", "Acceptable use"
    TERMS_PASS_DOWN = "terms-pass-down", "Terms pass down"
    SHARE_ALIKE = "share-alike", "Share alike"
    NON_COMMERCIAL = "non-commercial", "Non-commercial"
    SCALE_THRESHOLD = "scale-threshold", "Scale threshold"
    HOSTED_SERVICE = "hosted-service", "Hosted service"
    REGISTRATION = "registration", "Registration"
    TERRITORY = "territory", "Territory"


class ClauseKind(TextChoices):
    """The kind of clause that provider terms contain about outputs."""

    NONE = "none", "No clause"
    UNSEEN = "unseen", "Text not seen"
    COMPETING_MODEL_BAN = "competing-model-ban", "Competing-model ban"
    OUTPUT_TRAINING_BAN = "output-training-ban", "Output-training ban"
    GENERAL_NO_COMPETE_SERVICE = "general-no-compete-service", "General no-compete service"
    COMPETING_PRODUCT_OUTPUT_BAN = "competing-product-output-ban", "Competing-product output ban"
    OWNERSHIP_ONLY = "ownership-only", "Ownership only"
    OWNERSHIP_AND_NO_COMPETE = (
        "ownership-only + general-no-compete-service",
        "Ownership and general no-compete service",
    )
    BROAD_OUTPUT_GRANT = "broad-output-grant", "Broad output grant"
    EXPLICIT_TRAINING_GRANT = "explicit-training-grant", "Explicit training grant"
    PASSTHROUGH = "passthrough", "Pass-through of upstream terms"


class Scope(TextChoices):
    """Which of a provider's offers the terms cover."""

    API = "api", "API"
    CONSUMER = "consumer", "Consumer"
    ENTERPRISE = "enterprise", "Enterprise"


class Lifecycle(TextChoices):
    """Where a route stands in its life; a deprecated route can still be available."""

    ACTIVE = "active", "Active"
    ALPHA = "alpha", "Alpha"
    BETA = "beta", "Beta"
    DEPRECATED = "deprecated", "Deprecated"


class Via(TextChoices):
    """The door through which a revision came."""

    ADMIN = "admin", "Admin"
    IMPORT = "import", "Import"
    COMMAND = "command", "Command"


class WebhookEvent(TextChoices):
    """Of which revisions a webhook is told."""

    REVISION = "revision", "Every revision"
    ANSWERS = "answers", "Revisions that change an answer"


class TokenScope(TextChoices):
    """What a token may ask of the API."""

    READ = "read", "Read everything"
    EXPORT = "export", "The export and its manifest alone"


CAVEAT = (
    "Terms and licenses change. A license can still demand attribution, naming, acceptable use "
    "or conditions on derivatives where distillation is allowed. Provider restrictions override "
    "model-level allowances. Read the source and the note before relying on a model or route."
)
"""Stands on every page and in every export, after "Informational, not legal advice."."""

NOTICE = f"Informational, not legal advice. {CAVEAT}"
