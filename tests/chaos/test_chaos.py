"""Whatever process of the house is killed, what it acknowledged is stored once, and it answers again by itself.

CHAOS_SECONDS says for how long processes are killed (`make chaos`: ten minutes); CHAOS_SEED repeats the dice of a run.
"""

import os
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from clais.database import embedded
from tests.chaos.house import DEMO, OURS, VICTIMS, House, blow
from tests.chaos.ledger import Ledger
from tests.chaos.writers import Forgetful, Hasty, Writer
from tests.config.test_serving import answers, free_port
from tests.support.processes import ROOT, started, wait_until

SECONDS = float(os.environ.get("CHAOS_SECONDS", "120"))
SEED = int(os.environ.get("CHAOS_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
OUTAGE_SECONDS = 10
SLOW_MACHINE = 2.5
"""A machine on which a server takes long to start is given so many times that."""
SERVERS = 2
"""They share the port; each has one process that answers."""
FLOWS_AGAIN = 90


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """What `make demo` starts, with few people; signed in."""
    directory = Path(tempfile.mkdtemp(prefix="chaos-", dir=ROOT / "var"))
    port = free_port()
    with started(DEMO, {"CLAIS_DIRECTORY": str(directory), "PORT": str(port)}) as supervisor:
        made = House(supervisor.pid, directory, port)
        wait_until(lambda: "CLAIS est prêt" in made.said() or supervisor.poll() is not None, 120, "the demo is ready")
        wait_until(made.answers, FLOWS_AGAIN, "it answers")
        made.sign_in()
        yield made
        assert supervisor.poll() is None, f"the house ended for good:\n{made.said()[-3000:]}"
    wait_until(lambda: not answers(port), 60, "its children end with it")
    embedded.stop(directory / "postgres")
    shutil.rmtree(directory)


def strike(house: House, writer: Writer, seconds: float, dice: random.Random) -> Counter[str]:
    """Kill one process after the other, each kind in its turn, while someone writes; how often each was killed.

    The next blow falls when notes are acknowledged again: an outage is that of one blow.
    """
    blows: Counter[str] = Counter()
    end = time.monotonic() + seconds
    with writer.writing():
        while time.monotonic() < end:
            for kind in dice.sample(list(VICTIMS), len(VICTIMS)):
                time.sleep(dice.uniform(0.2, 1.5))
                blow(house, kind, dice, blows)
                writer.wait_for_more(FLOWS_AGAIN, f"after the blow to a {kind}")
    return blows


def test_what_was_acknowledged_is_stored_once_whatever_is_killed(house: House) -> None:
    began = time.monotonic()
    blow(house, "web master", random.Random(SEED), Counter())  # noqa: S311 - chance here is no secret.
    wait_until(lambda: len(house.web_workers()) < SERVERS, FLOWS_AGAIN, "it is gone")
    wait_until(lambda: len(house.web_workers()) == SERVERS, FLOWS_AGAIN, "it starts again")
    allowed = max(OUTAGE_SECONDS, SLOW_MACHINE * (time.monotonic() - began))
    writer = Writer(house, house.a_file())
    blows = strike(house, writer, SECONDS, random.Random(SEED))  # noqa: S311 - chance here is no secret.
    verdict = writer.ledger.verdict(house.notes())
    print(f"\nchaos, seed {SEED}: {verdict}; killed: {dict(blows)}; answers: {dict(writer.statuses)}")  # noqa: T201
    assert set(blows) == set(VICTIMS), "each kind was killed"
    assert (verdict.lost, verdict.doubled, writer.unanswered) == (0, 0, [])
    assert verdict.acknowledged > sum(blows.values())
    assert verdict.longest_outage <= allowed
    assert "s'arrête chaque fois" not in house.said()


def test_a_note_that_is_sent_again_under_a_new_key_is_found_doubled(house: House) -> None:
    writer = Forgetful(house, house.a_file())
    writer.write(f"{OURS}, et envoyé deux fois")
    assert writer.ledger.verdict(house.notes()).doubled == 1


def test_a_note_that_is_acknowledged_before_it_is_stored_is_found_lost(house: House) -> None:
    writer = Hasty(house, house.a_file())
    with writer.writing():
        wait_until(lambda: len(writer.ledger.acknowledged) > 5, what="notes are written")
        for kind in ("postmaster", "web master"):
            blow(house, kind, random.Random(1), Counter())  # noqa: S311
            time.sleep(0.5)
    wait_until(house.answers, FLOWS_AGAIN, "it answers again")
    assert writer.ledger.verdict(house.notes()).lost > 0


def test_the_ledger_counts_what_is_lost_doubled_and_how_long_nothing_was_heard() -> None:
    ledger = Ledger({"a": 11.0, "b": 12.0, "c": 19.5}, began=10.0)
    found = ledger.verdict(["a", "b", "b", "never heard of"])
    assert (found.acknowledged, found.lost, found.doubled, found.longest_outage) == (3, 1, 1, 7.5)
