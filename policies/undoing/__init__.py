"""Taking edits back, one record or a whole revision: what has to be written, and what stands in the way.

Both are new edits: they are written through the open revision, or tried in a rehearsal, like any other.
"""

from policies.undoing.obstacles import NotSetBack, Refusal
from policies.undoing.taking import NoSuchState, reversion, undoing
from policies.undoing.writing import SettingBack

__all__ = ["NoSuchState", "NotSetBack", "Refusal", "SettingBack", "reversion", "undoing"]
