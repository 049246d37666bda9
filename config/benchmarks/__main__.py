import argparse
import os
import sys
from pathlib import Path
from time import perf_counter

from clais.clock import now
from config.benchmarks.data import FULL, LARGE, QUICK, Size, bytes_of, prepare
from config.benchmarks.report import save, spaced, table
from config.benchmarks.running import Rounds, run
from config.serving import collect_seldom
from config.settings import Settings

FULL_ROUNDS, QUICK_ROUNDS = Rounds(pages=150, reads=600, seconds=15), Rounds(pages=2, reads=2, seconds=1)
SHARE_OF_THE_LARGEST = 50


def main(arguments: list[str], environment: dict[str, str] | None = None) -> None:
    """Seed what is missing, measure, print the table and write `benchmarks.json` in the installation's directory."""
    parser = argparse.ArgumentParser(prog="python -m config.benchmarks", description="Mesure la vitesse de CLAIS.")
    parser.add_argument("--quick", action="store_true", help="une petite mesure, qui montre seulement que tout tourne")
    parser.add_argument(
        "--large", action="store_true", help="un pays : un million de personnes, comparé à la fédération"
    )
    parser.add_argument("--tenants", type=int, help="avec --large : nombre de plates-formes")
    parser.add_argument("--people", type=int, help="avec --large : nombre de personnes")
    parser.add_argument("--largest", type=int, help="avec --large : personnes de la première plate-forme")
    parser.add_argument("--rounds", type=int, help="nombre de tours")
    chosen = parser.parse_args(arguments)
    if (chosen.tenants or chosen.people or chosen.largest) and not chosen.large:
        parser.error("--tenants, --people et --largest vont avec --large")
    variables = environment if environment is not None else dict(os.environ)
    directory = Settings.from_environment(variables).directory
    size, rounds = _size(chosen), QUICK_ROUNDS if chosen.quick else FULL_ROUNDS
    if chosen.rounds:
        rounds = Rounds(pages=chosen.rounds, reads=chosen.rounds * 4, seconds=rounds.seconds)
    smaller = size.hundredth if chosen.large else size.one_of_the_others
    progress = chosen.large or sys.stderr.isatty()
    begun = perf_counter()
    databases = prepare(size, smaller, directory, variables.get("CLAIS_BENCH_SUPERUSER_URL"), progress=progress)
    sys.stdout.write(
        f"{spaced(size.tenants)} plates-formes, {spaced(size.people)} personnes, {spaced(size.largest)} dans la "
        f"première : {bytes_of(databases) / 1e9:.1f} Go, prêts en {perf_counter() - begun:.0f} s\n"
    )
    sys.stdout.flush()
    rows = run(databases, rounds, progress=progress)
    sys.stdout.write(f"{table(rows)}\n")
    path: Path = directory / ("benchmarks-large.json" if chosen.large else "benchmarks.json")
    save(rows, path, measured_at=now().isoformat(), tenants=size.tenants, people=size.people, rounds=rounds.pages)
    sys.stdout.write(f"{path.name} est écrit dans {directory.name}/.\n")


def _size(chosen: argparse.Namespace) -> Size:
    """What is to be seeded; a federation of another size has as large a share of its people in the first platform."""
    if not chosen.large:
        return QUICK if chosen.quick else FULL
    people = chosen.people or LARGE.people
    return Size(chosen.tenants or LARGE.tenants, people, chosen.largest or people // SHARE_OF_THE_LARGEST)


if __name__ == "__main__":
    collect_seldom()  # As the server does.
    main(sys.argv[1:])
