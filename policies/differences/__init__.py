"""What differs between two revisions: rows whose answer, or whose whole record, is another one.

The net difference: what changed and changed back is left out. Rows are named as an export names them, so
a renamed model is one that vanished and one that appeared. Only models that the log names are read, in
both states, and compared there.
"""

from policies.differences.documents import ChangedDocument, changed_documents
from policies.differences.rows import Difference, Key, Page, Row, page
from policies.differences.span import Span

__all__ = [
    "ChangedDocument",
    "Difference",
    "Key",
    "Page",
    "Row",
    "Span",
    "changed_documents",
    "page",
]
