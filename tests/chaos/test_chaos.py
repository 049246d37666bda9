"""Whatever process of the house is killed, what it acknowledged is stored once, and it answers again by itself.

CHAOS_SECONDS says for how long processes are killed (`make chaos`: ten minutes), a third of it in a house with a
database of its own, the rest in one behind a pooler; CHAOS_SEED repeats the dice of a run.
"""

import os
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from clais.database import embedded
from tests.chaos.house import DEMO, OURS, House, blow
from tests.chaos.ledger import Ledger
from tests.chaos.newcomers import Post, Poster, Receptionist, arrived, invented
from tests.chaos.tended import Tended, tended
from tests.chaos.writers import Forgetful, Hasty, Stream, Writer
from tests.config.test_serving import answers, free_port
from tests.support import poolers
from tests.support.processes import ROOT, started, wait_until
from tests.support.smtp import Server, receiving_server

SECONDS = float(os.environ.get("CHAOS_SECONDS", "120"))
SEED = int(os.environ.get("CHAOS_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
OUTAGE_SECONDS = 10
SLOW_MACHINE = 2.5
"""A machine on which a server takes long to start is given so many times that."""
SERVERS = 2
"""They share the port; each has one process that answers."""
FLOWS_AGAIN = 90
RUN_UP = 0.15
"""So many seconds before a blow every thread writes without rest: it falls upon notes that are on their way."""

UNLIMITED = {f"CLAIS_{name}_AN_HOUR": str(10**6) for name in ("MESSAGES", "REFERRALS", "FILES", "LISTS")}


@pytest.fixture(scope="module")
def letterbox() -> Iterator[Server]:
    """The mail server of the house, which nobody kills."""
    with receiving_server() as server:
        yield server


@contextmanager
def opened(letterbox: Server, between: Tended | None = None) -> Iterator[House]:
    """What `make demo` starts, with few people; signed in."""
    directory = Path(tempfile.mkdtemp(prefix="chaos-", dir=ROOT / "var"))
    port = free_port()
    environment = {"CLAIS_DIRECTORY": str(directory), "PORT": str(port), "CLAIS_MAIL_URL": letterbox.url, **UNLIMITED}
    data, database = directory / "postgres", f"host={directory / 'postgres'} user=postgres"
    if between is not None:
        environment |= between.environment()
        data, database = between.server.directory, between.server.url("postgres", "clais")
    with started(DEMO, environment) as supervisor:
        made = House(supervisor.pid, directory, port, database, data, between.pooler if between else None)
        wait_until(lambda: "CLAIS est prêt" in made.said() or supervisor.poll() is not None, 120, "the demo is ready")
        wait_until(made.answers, FLOWS_AGAIN, "it answers")
        made.sign_in()
        yield made
        assert supervisor.poll() is None, f"the house ended for good:\n{made.said()[-3000:]}"
    wait_until(lambda: not answers(port), 60, "its children end with it")
    if between is None:
        embedded.stop(data)
    shutil.rmtree(directory)


@pytest.fixture(scope="module")
def house(letterbox: Server) -> Iterator[House]:
    """One with the database that it starts itself."""
    with opened(letterbox) as made:
        yield made


@pytest.fixture(scope="module")
def pooled_house(letterbox: Server) -> Iterator[House]:
    """One with a server and a pooler of an administrator's."""
    if not poolers.IS_HERE:
        pytest.skip("no PgBouncer here: apt-get install pgbouncer")
    with tended() as between, opened(letterbox, between) as made:
        yield made


def in_turns(kinds: Sequence[str], dice: random.Random) -> Iterator[str]:
    """Each kind once, in the order of the dice, and so on without end."""
    while True:
        yield from dice.sample(kinds, len(kinds))


def strike(
    house: House, writer: Writer, seconds: float, dice: random.Random, others: Sequence[Stream] = ()
) -> tuple[Counter[str], dict[str, float]]:
    """Kill one process after the other, each kind in its turn and at least once, while people write.

    How often each, and after how many seconds at the latest a note was acknowledged again.

    The next blow falls when notes are acknowledged again: an outage is that of one blow. Between two blows the writer
    rests, so that other tests have the machine.
    """
    blows: Counter[str] = Counter()
    again: dict[str, float] = {}
    end = time.monotonic() + seconds
    with ExitStack() as streams:
        for stream in (writer, *others):
            streams.enter_context(stream.writing())
        for number, kind in enumerate(in_turns(house.victims(), dice)):
            if number >= len(house.victims()) and time.monotonic() > end:
                break
            time.sleep(dice.uniform(0.2, 1.5) - RUN_UP)
            writer.busy.set()
            time.sleep(RUN_UP)
            blow(house, kind, dice, blows)
            fell = time.monotonic()
            writer.wait_for_more(FLOWS_AGAIN, f"after the blow to a {kind}")
            again[kind] = max(again.get(kind, 0.0), round(writer.ledger.last() - fell, 1))
            writer.busy.clear()
    return blows, again


@pytest.mark.parametrize(("kind", "seconds"), [("house", SECONDS / 3), ("pooled_house", SECONDS * 2 / 3)])
def test_what_was_acknowledged_is_stored_once_whatever_is_killed(
    kind: str, seconds: float, letterbox: Server, request: pytest.FixtureRequest
) -> None:
    house: House = request.getfixturevalue(kind)
    began = time.monotonic()
    blow(house, "web master", random.Random(SEED), Counter())  # noqa: S311 - chance here is no secret.
    wait_until(lambda: len(house.web_workers()) < SERVERS, FLOWS_AGAIN, "it is gone")
    wait_until(lambda: len(house.web_workers()) == SERVERS, FLOWS_AGAIN, "it starts again")
    allowed = max(OUTAGE_SECONDS, SLOW_MACHINE * (time.monotonic() - began))
    writer, receptionist, poster = Writer(house, address=house.a_file()), Receptionist(house), Poster(house)
    receptionist.choose_destination()
    dice = random.Random(SEED)  # noqa: S311 - chance here is no secret.
    blows, again = strike(house, writer, seconds, dice, [receptionist, poster])
    referred = receptionist.referrals
    wait_until(lambda: referred.verdict(receptionist.received()).lost == 0, FLOWS_AGAIN, "the centre is told of each")
    wait_until(poster.drained, FLOWS_AGAIN, "the mails that are due leave")
    verdicts = {
        "notes": writer.ledger.verdict(house.notes()),
        "people": receptionist.ledger.verdict(receptionist.people()),
        "referrals sent": referred.verdict(receptionist.sent()),
        "referrals received": referred.verdict(receptionist.received()),
    }
    post = Post(list(poster.ledger.acknowledged), arrived(letterbox.mails), poster.states())
    answers_given = dict(writer.statuses + receptionist.statuses)
    outage = f"longest outage {verdicts['notes'].longest_outage:.1f} s"
    print(f"\nchaos, seed {SEED}; killed: {dict(blows)}; answers: {answers_given}; {outage}")  # noqa: T201
    print(f"  seconds until notes flow again, at most: {again}; {allowed:.1f} are allowed")  # noqa: T201
    for what, verdict in verdicts.items():
        print(f"  {what}: {verdict}")  # noqa: T201
    print(f"  {post}")  # noqa: T201
    assert set(blows) == set(house.victims()), "each kind was killed"
    assert {what: (verdict.lost, verdict.doubled) for what, verdict in verdicts.items()} == dict.fromkeys(
        verdicts, (0, 0)
    )
    assert writer.unanswered + receptionist.unanswered + poster.unanswered == []
    assert (post.doubled, post.vanished) == ([], [])
    assert len(post.never_sent) <= blows["worker"] + blows["postmaster"] + blows["backend"] + blows["pooler"], (
        "at most the one in hand"
    )
    assert verdicts["notes"].acknowledged > sum(blows.values())
    assert min(verdict.acknowledged for verdict in verdicts.values()) > 0
    assert verdicts["notes"].longest_outage <= allowed
    assert "s'arrête chaque fois" not in house.said()


def test_a_note_that_is_sent_again_under_a_new_key_is_found_doubled(house: House) -> None:
    writer = Forgetful(house, address=house.a_file())
    writer.write(f"{OURS}, et envoyé deux fois")
    assert writer.ledger.verdict(house.notes()).doubled == 1


def test_a_note_that_is_acknowledged_before_it_is_stored_is_found_lost(house: House) -> None:
    writer = Hasty(house, address=house.a_file())
    writer.busy.set()
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


def test_a_referral_that_is_sent_twice_and_one_of_which_the_centre_never_hears_are_found(house: House) -> None:
    receptionist = Receptionist(house)
    receptionist.choose_destination()
    person_id = receptionist.register(invented())
    assert person_id is not None
    receptionist.referrals.acknowledge(person_id)
    assert receptionist.referrals.verdict(receptionist.sent()).lost == 1
    assert receptionist.refer(person_id), receptionist.heard
    assert receptionist.referrals.verdict(receptionist.sent()).lost == 0
    assert receptionist.referrals.verdict(2 * receptionist.sent()).doubled > 0
    wait_until(lambda: receptionist.referrals.verdict(receptionist.received()).lost == 0, FLOWS_AGAIN, "it is told")


def test_mails_that_come_twice_vanish_or_stay_behind_are_told_apart() -> None:
    states = {"a": "sent", "b": "sent", "c": "handed_over", "d": "waiting", "f": "handed_over"}
    post = Post(["a", "b", "c", "d", "e", "f"], Counter({"a": 2, "f": 1, "<other>": 2}), states)
    assert (post.doubled, post.vanished, post.never_sent) == (["a", "<other>"], ["b", "e"], ["c"])
    assert "6 mails posted, 2 arrived, 2 doubled, 2 vanished, 1 never sent" in str(post)
