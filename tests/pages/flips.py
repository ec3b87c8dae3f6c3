"""A short history in which models and routes flip, and how its pages are read."""

from tests.factories import (
    ALLOWS,
    CLOSED,
    RESTRICTS,
    SILENT,
    editing,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
    save,
)


def record_flips():
    """Revision 1 makes what there is; 2 closes the license, 3 restricts one host, 4 moves a model."""
    with editing(reason="Begin"):
        license = make_license("open-1.0", ALLOWS, name="Open License")
        make_license("closed-1.0", CLOSED, name="Closed License")
        terms = make_terms("silent", SILENT, name="Silent terms")
        host, other = (
            make_provider("host", terms, name="Host"),
            make_provider("other", name="Other"),
        )
        first, second = make_model("lab/first", license), make_model("lab/second", license)
        for model in (first, second):
            make_route(model, host)
            make_route(model, other)
    save(license, basis=CLOSED)
    save(terms, basis=RESTRICTS)
    save(second, license=None)
    return license, terms, first, second


def rows(page):
    return [page.text(row) for table in page.find("table") for row in table.find("tbody")]
