"""Which filters, sorts and pages the lists have, and what they mean: the query-string contract."""

from policies.filters.address import Problem, link
from policies.filters.catalog import ModelContract, RouteContract
from policies.filters.contract import Contract
from policies.filters.documents import DocumentContract, ProviderContract, TermsContract
from policies.filters.groups import FamilyContract, Group, OwnerContract
from policies.filters.listed import ListContract

__all__ = [
    "Contract",
    "DocumentContract",
    "FamilyContract",
    "Group",
    "ListContract",
    "ModelContract",
    "OwnerContract",
    "Problem",
    "ProviderContract",
    "RouteContract",
    "TermsContract",
    "link",
]
