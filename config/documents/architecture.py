import tomllib
from collections.abc import Iterator, Sequence
from typing import Any

from clais.feature import Feature
from config.documents.markdown import mermaid, page, table
from config.features import FEATURES
from config.settings import ROOT

ROOTS = {
    "config": "composition: the application, the command, the checks",
    "tenants": "what a local platform does",
    "support_center": "what the support centre does",
    "clais": "the ground floor",
}
"""The root packages, and what each is for."""


def architecture_page() -> str:
    """The architecture in one diagram, from the layers in import-linter's contracts, and the features."""
    return page(
        "Architecture",
        "Each box stands on those below it and imports nothing from above; the two wings never meet. The contracts are "
        "in `pyproject.toml`; `lint-imports` keeps them. Why it is so: [decisions](decisions/README.md). Drawn "
        "from the code too: [states](reference/states.md), [who may do what](reference/rights.md), "
        "[tables](reference/tables.md), [routes](reference/routes.md).",
        mermaid(_picture(_layers())),
        ["## Features", "", "Each is one folder with one manifest; `config/features.py` lists them."],
        _features(),
    )


def _layers() -> dict[str, list[str]]:
    """By root package, its layers from top to bottom, as in the contracts."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    return {root: rows for contract in contracts for root, rows in _rows(contract)}


def _rows(contract: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    layers: list[str] = contract.get("layers", [])
    for root in contract.get("containers", ()):
        if root in ROOTS:
            yield root, layers
    parents = {module.strip().rpartition(".")[0] for row in layers for module in row.split("|")}
    if len(parents) == 1 and (root := parents.pop()) in ROOTS:
        yield root, [row.replace(f"{root}.", "") for row in layers]


def _picture(layers: dict[str, list[str]]) -> Iterator[str]:
    yield "flowchart TB"
    for root, purpose in ROOTS.items():
        rows = layers.get(root) or [" | ".join(_folders(root))]
        yield f'    subgraph {root}["{root}: {purpose}"]'
        yield "        direction TB"
        for number, row in enumerate(rows):
            yield f'        {root}{number}["{_names(row)}"]'
        for number in range(1, len(rows)):
            yield f"        {root}{number - 1} --> {root}{number}"
        yield "    end"
    yield "    config --> tenants"
    yield "    config --> support_center"
    yield "    tenants --> clais"
    yield "    support_center --> clais"


def _names(row: str) -> str:
    return " · ".join(name.strip() for name in row.split("|"))


def _folders(root: str) -> Sequence[str]:
    return sorted(one.package.partition(".")[2] for one in FEATURES if one.package.startswith(f"{root}."))


def _features() -> Iterator[str]:
    return table(
        ("Feature", "Pages", "API", "Tables", "States", "Jobs"),
        (
            (
                f"`{feature.package}`",
                str(sum(len(pages.routes) for pages in feature.pages) or ""),
                "yes" if feature.api else "",
                ", ".join(f"`{model.__tablename__}`" for model in feature.tables),
                ", ".join(workflow.name for workflow in feature.workflows),
                ", ".join(_jobs(feature)),
            )
            for feature in sorted(FEATURES, key=lambda one: one.package)
        ),
    )


def _jobs(feature: Feature) -> Iterator[str]:
    return (job.name for job in feature.jobs)
