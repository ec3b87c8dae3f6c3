"""A small space of policies, and a matrix as its tests read it."""

from tests.factories import (
    ALLOWS,
    CLOSED,
    PERMITS,
    RESTRICTS,
    SILENT,
    editing,
    make_family,
    make_license,
    make_model,
    make_provider,
    make_route,
    make_terms,
)


def make_catalog():
    """Three licenses and none; terms of each kind and none; documents that govern nothing."""
    with editing():
        opened = make_license("open-1.0", ALLOWS, name="Open License")
        shut = make_license("shut", CLOSED, name="Shut License")
        make_license("unused", ALLOWS)
        make_terms("unused-terms", RESTRICTS)
        families = [make_family("alpha"), make_family("beta")]
        models = [
            make_model("lab/open", opened, owner="Lab", family=families[0]),
            make_model("lab/shut", shut, owner="Lab", family=families[1]),
            make_model("lab/vague", owner="Other", family=families[0]),
        ]
        hosts = [
            make_provider("plain"),
            make_provider("quiet", make_terms("quiet-terms", SILENT)),
            make_provider("strict", make_terms("strict-terms", RESTRICTS)),
            make_provider("free", make_terms("free-terms", PERMITS)),
        ]
        for model in models:
            for host in hosts:
                make_route(model, host, provider_model_id=f"{model}@{host}")
        make_route(models[0], hosts[1], provider_model_id="a second route")
    return models


def grid(page):
    """Row head → its cells' words, bands and heads left out; the heads' words under ``None``."""
    (table,) = page.find("table", "mx")
    rows = [row for row in table.iter("tr") if "band" not in (row.get("class") or "")]
    return {
        (page.text(row[0]) if number > 1 else None): [page.text(cell) for cell in row[1:]]
        for number, row in enumerate(rows)
        if number
    }


def cell_links(page):
    """The label of each cell that is a link → its address."""
    (table,) = page.find("table", "mx")
    return {a.get("aria-label"): a for a in table.iter("a") if a.get("aria-label")}
