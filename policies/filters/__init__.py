"""Which filters, sorts and pages the lists have, and what they mean: the query-string contract."""

from policies.filters.address import Problem, link
from policies.filters.catalog import ModelContract, RouteContract
from policies.filters.contract import Contract
from policies.filters.documents import DocumentContract, ProviderContract

__all__ = [
    "Contract",
    "DocumentContract",
    "ModelContract",
    "Problem",
    "ProviderContract",
    "RouteContract",
    "link",
]
