"""`python -m config.checks.translations`: every text has a French translation."""

import sys

import click

from clais.web.translation_check import misplaced_translations, missing_translations


def main() -> int:
    """Print one line a fault; 0 when there is none."""
    faults = missing_translations() + misplaced_translations()
    for fault in faults:
        click.echo(fault)
    click.echo(f"{len(faults)} text(s) to translate" if faults else "French is complete")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
