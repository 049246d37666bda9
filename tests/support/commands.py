from click.testing import CliRunner, Result

from config.command_line import main
from config.settings import Settings


def run(settings: Settings, *arguments: str) -> Result:
    """What the `clais` command answers to someone who types `arguments`."""
    return CliRunner().invoke(main, list(arguments), obj=settings, catch_exceptions=False)
