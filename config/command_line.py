from typing import Any

import click

import config.commands.members  # noqa: F401 - a group has its commands once their modules are read.
from clais.database import embedded
from config.commands.connection import Refusal
from config.commands.database import database
from config.commands.demo import demo
from config.commands.doctor import doctor
from config.commands.mails import mail
from config.commands.processes import serve, worker
from config.commands.tenants import tenant
from config.commands.tokens import token
from config.commands.trail import trail
from config.commands.users import user
from config.settings import Settings


class Commands(click.Group):
    """All commands, with what may befall any of them said in words."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except embedded.NotStartedError as error:
            raise Refusal(
                f"La base de données intégrée ne démarre pas. Son journal dit pourquoi : {error.log}"
            ) from error
        except embedded.NotStoppedError as error:
            raise Refusal(f"La base de données intégrée ne s'arrête pas : {error}") from error


@click.group(cls=Commands, help="CLAIS : la plate-forme des coordinations locales et de leur centre d'appui.")
@click.pass_context
def main(context: click.Context) -> None:
    """Read the settings once, for every command."""
    context.obj = context.obj or Settings.from_environment()


for command in (demo, serve, worker, database, tenant, user, token, mail, trail, doctor):
    main.add_command(command)

if __name__ == "__main__":
    main()
