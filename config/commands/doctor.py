import click

from config.commands.connection import running_database
from config.diagnosis.finding import FAULT, worst
from config.doctor import examine
from config.settings import Settings


@click.command(help="Examiner l'installation et dire quoi faire.")
@click.pass_context
def doctor(context: click.Context) -> None:
    """Print one line a finding; exit with 1 when one is a fault."""
    settings: Settings = context.obj
    with running_database(settings):
        findings = examine(settings)
    for finding in findings:
        click.echo(f"{finding.level:<9}  {finding.subject} : {finding.text}")
        if finding.advice:
            click.echo(f"{'':<9}  → {finding.advice}")
    context.exit(1 if worst(findings) == FAULT else 0)
