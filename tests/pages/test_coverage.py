"""The sums of coverage, without a page or a table."""

from policies.bases import Layer
from policies.views import coverage


def test_it_counts_a_document_that_nothing_uses_as_no_help():
    row = {"routes": 1, "models_count": 0, "status": "unknown", "layer": Layer.NONE}
    assert coverage.helpful([row | {"license": None, "terms": None}], [], []) == []


def test_it_sums_in_the_order_that_is_asked_for():
    groups = coverage.grouped([("b", "allowed", 1), ("a", "unknown", 2), ("b", "allowed", 3)])
    lines = coverage.lines(groups, [("a", "A"), ("b", "B"), ("c", "C")], "/x/?y=")

    assert [(line["name"], line["total"], line["href"]) for line in lines] == [
        ("A", 2, "/x/?y=a"),
        ("B", 4, "/x/?y=b"),
    ]
