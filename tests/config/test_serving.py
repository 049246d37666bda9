"""The server as it is started, killed in the middle of its work, and told that its port is taken."""

import http.client
import os
import random
import re
import signal
import socket
import threading
from contextlib import ExitStack
from http import HTTPStatus
from pathlib import Path

import psutil
import pytest
from sqlalchemy import Engine, select

from clais.database import new_id
from clais.messaging.actions import notify
from clais.messaging.models import Notification
from clais.web.context import SESSION_COOKIE
from config.keys import KeysAreMissing, keyring_of
from config.serving import PortBusyError, listen
from config.settings import Settings
from tests.support.federation import Federation, Member
from tests.support.processes import forked, started, wait_until
from tests.support.referrals import a_person

NOTES = 60
CLIENTS = 64


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(application_url: str, directory: Path, port: int) -> dict[str, str]:
    return {"CLAIS_DIRECTORY": str(directory), "CLAIS_DATABASE_URL": application_url, "PORT": str(port)}


class Client:
    """Just enough of a browser: a cookie, a token, and no patience with a dead server."""

    def __init__(self, port: int, member: Member) -> None:
        cookie = member.browser().client.get_cookie(SESSION_COOKIE)
        assert cookie is not None
        self.port = port
        self.headers = {"Cookie": f"{SESSION_COOKIE}={cookie.value}"}
        page = self.ask("GET", "/ou-travailler")[1]
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert found is not None, page[:300]
        self.token = found.group(1)

    def ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        form = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        try:
            connection.request(method, path, body=body, headers={**self.headers, **form})
            response = connection.getresponse()
            return response.status, response.read().decode()
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            connection.close()


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def kill_one_of(server: int, dice: random.Random) -> None:
    os.kill(dice.choice(children_of(server)), signal.SIGKILL)


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def test_what_was_acknowledged_is_stored_though_its_workers_are_killed(
    federation: Federation, application_url: str, tmp_path: Path
) -> None:
    agent = federation.agent()
    with agent.at_work() as session:
        for number in range(NOTES):
            notify(session, agent.membership.id, "moved", "nothing", new_id(), f"Avis {number}.", f"k{number}")
        keys = session.scalars(select(Notification.id)).all()
    port = free_port()
    with forked("config.command_line", environment(application_url, tmp_path, port), "serve") as server:
        wait_until(lambda: answers(port), what="the server answers")
        client = Client(port, agent)
        dice = random.Random(7)  # noqa: S311 - chance here is no secret.
        acknowledged = []
        for number, key in enumerate(keys):
            # Every tenth request finds its server dying: a worker is killed at some moment while it is answered.
            blow = threading.Timer(dice.uniform(0, 0.015), kill_one_of, (server.pid, dice))
            if number % 10 == 0:
                blow.start()
            status, _page = client.ask(
                "POST", f"/{agent.tenant.slug}/notifications/{key}/lecture", f"csrf_token={client.token}"
            )
            if status == HTTPStatus.SEE_OTHER:
                acknowledged.append(key)
            if number % 10 == 0:
                blow.join()
        wait_until(lambda: client.ask("GET", "/ou-travailler")[0] == HTTPStatus.OK, what="it recovers by itself")
    with agent.at_work() as session:
        read = set(session.scalars(select(Notification.id).where(Notification.read_at.is_not(None))))
    assert len(acknowledged) > NOTES // 4
    assert set(acknowledged) <= read


def connections_of(pid: int, port: int) -> int:
    """How many clients a process holds."""
    held = psutil.Process(pid).net_connections("tcp")
    return sum(one.status == psutil.CONN_ESTABLISHED and one.laddr.port == port for one in held)


def test_its_processes_share_the_connections_and_it_says_how_many_they_are(
    application_url: str, tmp_path: Path
) -> None:
    port = free_port()
    with forked("config.command_line", environment(application_url, tmp_path, port), "serve") as server:
        wait_until(lambda: len(children_of(server.pid)) == 2 and answers(port), what="both processes listen")
        workers = children_of(server.pid)
        wait_until(lambda: all(listens(pid, port) for pid in workers), what="both processes listen")
        with ExitStack() as clients:
            for _one in range(CLIENTS):
                clients.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))
            wait_until(lambda: sum(connections_of(pid, port) for pid in workers) == CLIENTS, what="all are taken")
            # Chance spreads them: fewer than a fifth come to one of two once in a million times.
            assert min(connections_of(pid, port) for pid in workers) > CLIENTS // 5
    assert "2 processus se partagent les pages" in (tmp_path / "processes.log").read_text()


def listens(pid: int, port: int) -> bool:
    """Whether a process has a socket of its own on the port."""
    held = psutil.Process(pid).net_connections("tcp")
    return any(one.status == psutil.CONN_LISTEN and one.laddr.port == port for one in held)


def test_its_log_names_rules_and_nothing_else_of_an_address(
    federation: Federation, application_url: str, tmp_path: Path
) -> None:
    agent = federation.agent()
    port = free_port()
    with forked("config.command_line", environment(application_url, tmp_path, port), "serve"):
        wait_until(lambda: answers(port), what="the server answers")
        client = Client(port, agent)
        secret = f"CANARY{new_id().hex}"
        client.ask("GET", f"/{agent.tenant.slug}/notifications?q={secret}")
        client.ask("GET", f"/invitation/{secret}")
        client.ask("GET", f"/{secret}")
    log = (tmp_path / "processes.log").read_text()
    assert '"rule": "/<tenant_slug>/notifications"' in log
    assert f'"tenant": "{agent.tenant.id}"' in log
    assert '"rule": "/invitation/<token>"' in log
    assert "CANARY" not in log
    assert agent.tenant.slug not in log


def test_a_port_that_is_taken_is_said_in_french(application_url: str, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with started(["-m", "config.command_line", "serve"], environment(application_url, tmp_path, port)) as server:
            assert server.wait(20) == 1
    assert f"Le port {port} est déjà pris" in (tmp_path / "processes.log").read_text()


@pytest.mark.parametrize("victim", ["server", "its process"])
def test_of_two_servers_on_one_socket_the_other_answers_when_one_is_killed(
    victim: str, federation: Federation, application_url: str, tmp_path: Path
) -> None:
    listening = listen("127.0.0.1", 0)
    port: int = listening.getsockname()[1]
    variables = environment(application_url, tmp_path, port)
    command = ["-m", "config.command_line", "serve", f"--listener={listening.fileno()}", "--workers=1"]
    given = (listening.fileno(),)
    with (
        listening,
        started(command, variables, pass_fds=given) as one,
        started(command, variables, pass_fds=given) as other,
    ):
        wait_until(lambda: bool(children_of(one.pid)) and bool(children_of(other.pid)), what="both serve")
        client = Client(port, federation.agent())
        (worker,) = children_of(one.pid)
        os.kill(one.pid if victim == "server" else worker, signal.SIGKILL)
        assert [client.ask("GET", "/ou-travailler")[0] for _time in range(20)].count(HTTPStatus.OK) >= 19
        wait_until(lambda: is_gone(worker), what="it has ended")


def test_two_do_not_listen_on_one_port() -> None:
    with listen("127.0.0.1", 0) as one, pytest.raises(PortBusyError):
        listen("127.0.0.1", one.getsockname()[1])


def test_keys_that_are_missing_beside_people_are_asked_for_and_not_made_anew(
    federation: Federation, engine: Engine, tmp_path: Path
) -> None:
    empty = Settings.from_environment({"CLAIS_DIRECTORY": str(tmp_path / "first")})
    a_person(federation.agent())
    with pytest.raises(KeysAreMissing, match="Remettez le fichier"):
        keyring_of(empty, engine)
    assert not empty.keyring_path.exists()
