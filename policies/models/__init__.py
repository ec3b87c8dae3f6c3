"""The tables of nanopolicy: documents, catalog, and what follows from them."""

from policies.models.catalog import Family, ModelAlias, Provider, Route, TextModel
from policies.models.history import NoOpenRevision
from policies.models.policy import (
    ANSWER_FIELDS,
    Move,
    Policy,
    PolicyChange,
    Revision,
    Tally,
    TallyStep,
    WriterLock,
)
from policies.models.saved import SavedView
from policies.models.sources import License, ProviderTerms
from policies.models.tokens import ApiToken
from policies.models.visits import Visit
from policies.models.webhooks import Delivery, Webhook

CURATED = (License, ProviderTerms, Family, TextModel, ModelAlias, Provider, Route)
"""Every table that people edit, documents first: the order in which imports create rows."""

__all__ = [
    "ANSWER_FIELDS",
    "CURATED",
    "ApiToken",
    "Delivery",
    "Family",
    "License",
    "ModelAlias",
    "Move",
    "NoOpenRevision",
    "Policy",
    "PolicyChange",
    "Provider",
    "ProviderTerms",
    "Revision",
    "Route",
    "SavedView",
    "Tally",
    "TallyStep",
    "TextModel",
    "Visit",
    "Webhook",
    "WriterLock",
]
