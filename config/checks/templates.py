"""`python -m config.checks.templates`: every template compiles, imports what exists, and keeps to our strict policy."""

import re
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from os.path import relpath
from pathlib import Path

import click
from jinja2 import Environment, TemplateError, nodes

from clais.encryption import Keyring
from config.app import create_app
from config.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
WINGS = ("platform/clais", "tenants", "support_center", "config")

FORBIDDEN = {
    re.compile(r"\sstyle\s*="): "an inline style, which the policy refuses",
    re.compile(r"\son[a-z]+\s*="): "an inline handler, which the policy refuses",
    re.compile(r"<(script|style)(?![^>]*nonce=)", re.IGNORECASE): "a script or style without nonce",
    re.compile(r"\|\s*safe\b"): "a text declared safe: build Markup where its parts are escaped",
    re.compile(r"from:(closest|find|next|previous)\s"): "a trigger that htmx cuts at its space: quote it",
    re.compile(r"href=\"javascript:", re.IGNORECASE): "a script in a link",
}


def template_files() -> list[Path]:
    """Every template."""
    return sorted(path for wing in WINGS for path in (ROOT / wing).rglob("templates/**/*.html"))


def faults_of(environment: Environment, path: Path) -> Iterator[str]:
    """What is wrong with one template, one sentence each."""
    source = path.read_text()
    for number, line in enumerate(source.splitlines(), start=1):
        for pattern, what in FORBIDDEN.items():
            if pattern.search(re.sub(r"\{#.*?#\}", "", line)):
                yield f"{relpath(path, ROOT)}:{number}: {what}"
    try:
        tree = environment.parse(source)
        environment.compile(source, filename=str(path))
    except TemplateError as error:
        yield f"{relpath(path, ROOT)}:{getattr(error, 'lineno', 0)}: {error.message}"
        return
    for asked in tree.find_all((nodes.FromImport, nodes.Extends, nodes.Include, nodes.Import)):
        yield from _missing(environment, path, asked)


def _missing(environment: Environment, path: Path, asked: nodes.Node) -> Iterator[str]:
    name = getattr(asked, "template", None)
    if not isinstance(name, nodes.Const) or not isinstance(name.value, str):
        return
    place = f"{relpath(path, ROOT)}:{asked.lineno}"
    if environment.loader is None or name.value not in environment.list_templates():
        yield f"{place}: there is no template {name.value}"
    elif isinstance(asked, nodes.FromImport):
        exported = _exported(environment, name.value)
        for item in asked.names:
            wanted = item[0] if isinstance(item, tuple) else item
            if wanted not in exported:
                yield f"{place}: {name.value} has no {wanted}"


def _exported(environment: Environment, name: str) -> set[str]:
    assert environment.loader is not None  # noqa: S101 - for the type checker; the caller looked.
    tree = environment.parse(environment.loader.get_source(environment, name)[0])
    macros = {node.name for node in tree.find_all(nodes.Macro)}
    return macros | {
        node.target.name for node in tree.body if isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name)
    }


def main() -> int:
    """Print one line per fault, then the output of djlint. 0 when nothing is wrong."""
    with tempfile.TemporaryDirectory() as directory:
        # The database is never reached: composing the application opens no connection.
        settings = Settings.from_environment({"CLAIS_DIRECTORY": directory})
        app = create_app(settings, "postgresql://unused", keyring=Keyring.generate(Path(directory) / "keyring.json"))
        files = template_files()
        faults = [fault for path in files for fault in faults_of(app.jinja_env, path)]
    for fault in faults:
        click.echo(fault)
    lint = subprocess.run(
        [str(Path(sysconfig.get_path("scripts")) / "djlint"), "--lint", "--quiet", *map(str, files)],
        check=False,
        cwd=ROOT,
    )
    click.echo(f"{len(files)} templates, {len(faults)} fault(s)")
    return int(bool(faults) or lint.returncode != 0)


if __name__ == "__main__":
    sys.exit(main())
