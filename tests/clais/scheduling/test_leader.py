from sqlalchemy import Engine, text

from clais.scheduling.leader import Leadership
from tests.support.processes import wait_until

KEY = 77_001


def test_one_leads_and_the_next_takes_over_when_it_lets_go(application_url: str) -> None:
    with Leadership(application_url, key=KEY) as first, Leadership(application_url, key=KEY) as second:
        assert first.acquire()
        assert not second.acquire()
        assert first.is_held()
        first.release()
        assert not first.is_held()
        # The server lets go when it has seen the connection close, a moment later.
        wait_until(second.acquire, 10, "the next one leads")


def test_a_leader_whose_connection_is_cut_knows_it_and_another_leads(application_url: str, superuser: Engine) -> None:
    with Leadership(application_url, key=KEY + 1) as first, Leadership(application_url, key=KEY + 1) as second:
        assert first.acquire()
        with superuser.connect() as connection:
            connection.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = :key"),
                {"key": KEY + 1},
            )
        wait_until(lambda: not first.is_held(), 10, "it knows")
        wait_until(second.acquire, 10, "another leads")
        assert not first.acquire()
