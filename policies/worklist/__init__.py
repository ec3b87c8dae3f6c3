"""What waits for a curator, and how much of the catalog waits with it."""

from policies.worklist.gathering import gather
from policies.worklist.items import Item, Kind, Ref
from policies.worklist.reading import tallied
from policies.worklist.undecided import ranked

__all__ = ["Item", "Kind", "Ref", "gather", "ranked", "tallied"]
