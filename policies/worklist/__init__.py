"""What waits for a curator, and how much of the catalog waits with it."""

from policies.worklist.reading import tallied, unlicensed_families
from policies.worklist.undecided import could_settle, ranked

__all__ = ["could_settle", "ranked", "tallied", "unlicensed_families"]
