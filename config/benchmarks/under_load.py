"""The lines of the report that are measured against the real server."""

from sqlalchemy import Engine

from clais.web.routing import Application
from config.benchmarks.browser import Browser
from config.benchmarks.data import TAG, Databases
from config.benchmarks.pages import MY_DAY, PEOPLE, similar_files
from config.benchmarks.report import Row
from config.benchmarks.serving import CONNECTIONS, FILE_LOAD, LIST_LOAD, TENANTS, client_row, cookie_of, served

AGENTS = 2
"""Agents of a platform who are at work at once."""
FILES = 10
"""Files that each connection asks for in turn."""


def under_load(databases: Databases, app: Application, engine: Engine, seconds: float) -> list[Row]:
    """Requests a second of list and file for so long each, then the memory of the server, and a first visit."""
    members = [
        Browser(app, engine, f"{TAG}-{tenant:03d}", "agent", number)
        for tenant in range(1, min(TENANTS, databases.size.tenants) + 1)
        for number in range(AGENTS)
    ]
    users = [members[number % len(members)] for number in range(CONNECTIONS)]
    files = {member.slug: similar_files(engine, member, CONNECTIONS) for member in members}
    lists = [(user, [f"/{user.slug}{PEOPLE}"]) for user in users]
    # Each connection begins elsewhere among the files of its platform, as people do who work side by side.
    opened = [
        (user, [f"/{user.slug}{path}" for path in _from(files[user.slug], number)]) for number, user in enumerate(users)
    ]
    url = databases.url.render_as_string(hide_password=False)
    with served(url, databases.keys, databases.directory / "bench-served") as server:
        listed, list_share = server.load(LIST_LOAD, lists, seconds)
        read, file_share = server.load(FILE_LOAD, opened, seconds)
        first = members[0]
        visited = server.first_visit({"/connexion": "", f"/{first.slug}{MY_DAY}": cookie_of(first)})
        return [*listed, *read, client_row((list_share, file_share)), server.memory(), visited]


def _from(paths: list[str], number: int) -> list[str]:
    start = number % len(paths)
    return (paths[start:] + paths[:start])[:FILES]
