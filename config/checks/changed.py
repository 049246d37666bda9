"""`python -m config.checks.changed`: the style, the layers and the tests of what was changed since the main branch.

For whoever is in the middle of something: seconds instead of minutes. What it leaves out, `make test` runs.
"""

import ast
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import click
from grimp import ImportGraph, build_graph

ROOT = Path(__file__).parents[2]
ROOMS = ("platform/clais", "tenants", "support_center", "config")
ALWAYS = "tests/architecture"
"""What every change may break."""
MANY = 25
FRONT = {".css", ".js", ".html", ".po", ".toml"}


def changed_files(root: Path, base: str) -> list[str]:
    """The files that differ from where the branch left `base`, or are new, and still exist.

    Raises ClickException when git knows no `base`.
    """

    def git(*arguments: str) -> list[str]:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)
        if done.returncode:
            raise click.ClickException(
                f"git {' '.join(arguments)}: {done.stderr.strip()} (BASE=… names another branch)"
            )
        return done.stdout.splitlines()

    left = git("merge-base", base, "HEAD")[0]
    return sorted({*git("diff", "--name-only", "--diff-filter=d", left), *git("ls-files", "-o", "--exclude-standard")})


def imported(source: Path) -> set[str]:
    """The modules that a file names in its imports, and each name that it takes from one."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def module_of(file: str) -> str:
    """The dotted name of a Python file of the repository."""
    return file.removeprefix("platform/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def beside(root: Path, file: str) -> list[str]:
    """The tests that mirror a file of the house: the file of its own name, and those of its room or the nearest one."""
    inside = Path("tests", file.removeprefix("platform/"))
    own = inside.with_name(f"test_{inside.stem}.py")
    room = next((folder for folder in inside.parents if list((root / folder).glob("test_*.py"))), Path())
    named = [own] if (root / own).exists() else []
    return [
        path.as_posix()
        for path in [*named, *sorted(path.relative_to(root) for path in (root / room).glob("test_*.py"))]
    ]


def chosen(root: Path, files: Iterable[str], importers: Callable[[str], Iterable[str]]) -> list[str]:
    """The tests of these files, the nearest first: those that were changed, those of the same room, those that import
    it, and those of the rooms that import it.

    A helper of tests stands for the tests that import it, a `conftest.py` for those of its folder. `importers` gives
    the modules that import a module; a module that very many import is left to `make test`.
    """
    files = list(files)
    tests = {path.relative_to(root).as_posix(): imported(path) for path in (root / "tests").rglob("test_*.py")}
    folders = [str(Path(file).parent) for file in files if file.startswith("tests/") and file.endswith("conftest.py")]
    house = [file for file in files if file.startswith(ROOMS) and Path(file).suffix in FRONT | {".py"}]
    modules = {module_of(file) for file in files if file.endswith(".py") and file not in tests}
    users = {name for file in house if file.endswith(".py") for name in importers(module_of(file))}
    if len(users) > MANY:
        click.echo(f"{len(users)} modules import what was changed: `make test` runs their tests too.")
        users = set()
    found = [
        *(file for file in files if file in tests),
        *(test for file in house for test in beside(root, file)),
        *(
            test
            for test, names in sorted(tests.items())
            if names & modules or test.startswith(tuple(f"{one}/" for one in folders))
        ),
        *(test for name in sorted(users) if not name.startswith("config") for test in beside(root, path_of(name))),
        *(path.relative_to(root).as_posix() for path in sorted((root / ALWAYS).glob("test_*.py"))),
    ]
    return list(dict.fromkeys(found))


def path_of(module: str) -> str:
    """Where a module of the house lies."""
    return ("platform/" if module.startswith("clais.") else "") + module.replace(".", "/") + ".py"


def direct_importers(module: str) -> set[str]:
    """The modules of the house that import one; import-linter's own picture of them, which it keeps between runs."""
    graph = _graph()
    return graph.find_modules_that_directly_import(module) if module in graph.modules else set()


@cache
def _graph() -> ImportGraph:
    return build_graph("clais", "tenants", "support_center", "config", cache_dir=str(ROOT / ".import_linter_cache"))


def commands(root: Path, files: list[str], more: list[str]) -> list[list[str]]:
    """What is run, the quickest first."""
    python = [file for file in files if file.endswith(".py")]
    tool = Path(sys.executable).parent
    found = []
    if python:
        found += [[str(tool / "ruff"), "check", "--quiet", *python]]
        found += [[str(tool / "ruff"), "format", "--quiet", "--check", *python]]
    own = {file for file in files if Path(file).name.startswith("test_")}
    tests = chosen(root, files, direct_importers)
    click.echo(f"{len(files)} files were changed; their tests: {' '.join(tests)}")
    # A browser takes its time: tests with one are run when they are what was changed.
    quick = [] if any("browser" in file for file in own) else ["-m", "not browser"]
    found += [[sys.executable, "-m", "pytest", "-q", "--maxfail=3", *quick, *tests, *more]]
    if any(file.startswith(ROOMS) for file in python):
        found += [[str(tool / "lint-imports"), "--no-logo"]]
    return found


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("more", nargs=-1)
def main(more: tuple[str, ...]) -> None:
    """Check what was changed; arguments go to pytest. The exit code is 0 when all is well."""
    files = changed_files(ROOT, os.environ.get("BASE", "main"))
    if not files:
        click.echo("Nothing was changed since the main branch.")
        return
    # All of them run, so that one run reports every fault.
    faults = [
        command for command in commands(ROOT, files, list(more)) if subprocess.run(command, check=False).returncode
    ]
    for command in faults:
        click.echo(f"Found faults: {'tests' if 'pytest' in command else Path(command[0]).name}")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
