import argparse
import os
import sys
from pathlib import Path

from clais.clock import now
from config.benchmarks.data import FULL, QUICK, prepare
from config.benchmarks.report import save, table
from config.benchmarks.running import Rounds, run
from config.settings import Settings

FULL_ROUNDS, QUICK_ROUNDS = Rounds(pages=150, reads=600), Rounds(pages=2, reads=2)


def main(arguments: list[str], environment: dict[str, str] | None = None) -> None:
    """Seed what is missing, measure, print the table and write `benchmarks.json` in the installation's directory."""
    parser = argparse.ArgumentParser(prog="python -m config.benchmarks", description="Mesure la vitesse de CLAIS.")
    parser.add_argument("--quick", action="store_true", help="une petite mesure, qui montre seulement que tout tourne")
    parser.add_argument("--rounds", type=int, help="nombre de tours")
    chosen = parser.parse_args(arguments)
    variables = environment if environment is not None else dict(os.environ)
    directory = Settings.from_environment(variables).directory
    size, rounds = (QUICK, QUICK_ROUNDS) if chosen.quick else (FULL, FULL_ROUNDS)
    if chosen.rounds:
        rounds = Rounds(pages=chosen.rounds, reads=chosen.rounds * 4)
    progress = sys.stderr.isatty()
    databases = prepare(size, directory, variables.get("CLAIS_BENCH_SUPERUSER_URL"), progress=progress)
    rows = run(databases, rounds, progress=progress)
    sys.stdout.write(f"{size.tenants} plates-formes, {size.people} personnes, {size.largest} dans la première\n")
    sys.stdout.write(f"{table(rows)}\n")
    path: Path = directory / "benchmarks.json"
    save(rows, path, measured_at=now().isoformat(), tenants=size.tenants, people=size.people, rounds=rounds.pages)
    sys.stdout.write(f"{path.name} est écrit dans {directory.name}/.\n")


if __name__ == "__main__":
    main(sys.argv[1:])
