"""The sources of the house, parsed once."""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PLACES = ("platform/clais", "tenants", "support_center", "config")
LOCAL = ("clais", "tenants", "support_center", "config")


@dataclass(frozen=True)
class Source:
    """One file: its dotted name, its path in the repository, its tree."""

    module: str
    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """The last part of the module: models, actions, views…"""
        return self.module.rpartition(".")[2]

    def imports(self) -> list[str]:
        """Every module that it imports, at whatever depth."""
        found = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found += [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        return found


def read(text: str, module: str = "tenants.planted.actions", path: str = "tenants/planted/actions.py") -> Source:
    """A source from a text: for planted faults."""
    return Source(module, ROOT / path, text, ast.parse(text))


@cache
def sources() -> tuple[Source, ...]:
    """Every Python file of the product."""
    found = []
    for place in PLACES:
        for path in sorted((ROOT / place).rglob("*.py")):
            relative = path.relative_to(ROOT / "platform" if place.startswith("platform") else ROOT)
            module = ".".join(relative.with_suffix("").parts).removesuffix(".__init__")
            text = path.read_text()
            found.append(Source(module, path, text, ast.parse(text)))
    return tuple(found)
