"""`python -m config.development`: one server process that starts again when a file of the house is saved.

For whoever writes the house, on their own machine. Templates and static files are read afresh at each page. A file with
a fault ends nothing: each page says what is wrong, until the file is saved without it.
"""

import logging
import os
import traceback
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

from werkzeug.serving import is_running_from_reloader, run_simple

from config.database import application_url
from config.settings import Settings
from config.supervision import end_with_parent
from config.tending import tend

ROOT = Path(__file__).parents[1]
FOLDERS = ("platform", "tenants", "support_center", "config")
READ_AT_THE_START = ("*.po", "*.toml")
"""Files beside the code that the application reads once, when it is composed."""
WSGI = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def composed(settings: Settings) -> WSGI:
    """The application as it is served; when it cannot be composed, one that shows why."""
    try:
        # Imported here by name: an import at the top would end this process when a file has a fault.
        application: WSGI = import_module("config.serving").application(settings, application_url(settings))
    except Exception:  # noqa: BLE001 - whatever is wrong with a file is shown to whoever saved it.
        return _showing(traceback.format_exc())
    return application


def _showing(fault: str) -> WSGI:
    def answer(_environment: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("500 Internal Server Error", [("Content-Type", "text/plain; charset=utf-8")])
        return [fault.encode()]

    return answer


def main() -> None:
    """Serve until told to stop."""
    os.environ["FLASK_DEBUG"] = "1"
    # The process that serves would otherwise keep the port after the one that watches was killed.
    end_with_parent()
    # The house writes its own line for each request.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    settings = Settings.from_environment()
    settings.remember_address()
    tend(settings)
    watched = [str(path) for folder in FOLDERS for kind in READ_AT_THE_START for path in (ROOT / folder).rglob(kind)]
    # The process that watches serves nothing itself.
    application = composed(settings) if is_running_from_reloader() else _showing("")
    run_simple(
        settings.host,
        settings.port,
        application,
        threaded=True,
        use_reloader=True,
        reloader_type="stat",
        extra_files=watched,
    )


if __name__ == "__main__":
    main()
