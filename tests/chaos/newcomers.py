"""Newcomers who are registered and referred to the centre, and mails that wait for the worker, while processes die."""

import random
import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from email import message_from_bytes
from http import HTTPStatus
from uuid import uuid4

import psycopg
from psycopg.errors import UniqueViolation

from tests.chaos.house import Answer
from tests.chaos.ledger import Ledger
from tests.chaos.writers import Stream

PLACE = "/farciennes"
LETTERS = "abdefgilmnoprstuv"
MAIL = "Mail pendant les coups"
PAUSE_SECONDS = 0.25
"""Between two mails, and two newcomers: the blows are what is tested, and not the load."""


def invented() -> str:
    """A name that is like no other."""
    return "".join(random.choices(LETTERS, k=14)).capitalize()  # noqa: S311 - chance here is no secret.


@dataclass
class Receptionist(Stream):
    """Registers one newcomer after the other, as the form does, and refers each to the centre."""

    referrals: Ledger = field(default_factory=Ledger)
    """Those who were referred, by the key of their file; `ledger` has the names of those who were registered."""
    destination: str = ""

    def once(self) -> None:
        name = invented()
        person_id = self.register(name)
        if person_id is not None:
            self.ledger.acknowledge(name)
            if self.refer(person_id):
                self.referrals.acknowledge(person_id)
        self.stopping.wait(PAUSE_SECONDS)

    def register(self, name: str) -> str | None:
        """Send the form of a newcomer until it leads to a file; the key of this file."""
        born = date(1960, 1, 1) + timedelta(days=random.randrange(14_000))  # noqa: S311
        form = {
            "family_name": name,
            "given_names": invented(),
            "birth_date": f"{born:%d/%m/%Y}",
            "sex": "woman",
            "phone": f"0475 {random.randrange(10**6):06}",  # noqa: S311
            "intake-channel": "visit",
            "registration_consent_manner": "spoken",
            "_submission": str(uuid4()),
        }
        return self.insist(name, lambda: key_in(self.ask("POST", f"{PLACE}/accueil/nouveau", form), "personnes"))

    def refer(self, person_id: str) -> str | None:
        """Fill in the form of a referral and send it until it leads to one; the key of this referral."""
        address = f"{PLACE}/personnes/{person_id}/relais/nouveau?{self.destination}"
        page = self.insist(person_id, lambda: page_of(self.ask("GET", address)))
        if page is None:
            return None
        form: dict[str, str | list[str]] = {
            "fields": re.findall(r'name="fields" value="([^"]+)" id="[^"]+" checked', page),
            "shown": re.findall(r'name="shown" value="([^"]+)"', page),
            "purpose": "Trouver une formation",
            "language": "fr",
            "until": f"{date.today() + timedelta(days=90):%d/%m/%Y}",  # noqa: DTZ011 - the day of the house.
            "urgency": "normal",
            "manner": "paper",
        }
        letter_at = address.replace("relais/nouveau", "relais/lettre")
        letter = self.insist(person_id, lambda: page_of(self.ask("POST", letter_at, form)))
        if letter is None:
            return None
        (digest,) = re.findall(r'name="letter" value="([0-9a-f]+)"', letter)
        whole = form | {"letter": digest, "_submission": str(uuid4())}
        return self.insist(person_id, lambda: key_in(self.ask("POST", address, whole), "relais"))

    def choose_destination(self) -> None:
        """Take a scheme, and have it ask for no more than a newcomer has said."""
        self.house.rows("""UPDATE scheme SET required_fields = '["name", "phone"]' RETURNING id""")
        page = self.ask("GET", f"{PLACE}/personnes/{self.register(invented())}/orienter").page
        found = re.search(r"relais/nouveau\?(scheme=[^\"]+)", page)
        assert found, page[-3000:]
        self.destination = found.group(1).replace("&amp;", "&")

    def people(self) -> list[str]:
        """The family names of all files, each as often as it is there."""
        return [name for (name,) in self.house.rows("SELECT family_name FROM person")]

    def sent(self) -> list[str]:
        """Whoever is referred, as often as there is a referral with a parcel and the line of its sending."""
        return keys(
            self.house.rows(
                "SELECT referral.person_id FROM referral JOIN parcel ON parcel.referral_id = referral.id "
                "JOIN referral_event AS event ON event.referral_id = referral.id AND event.transition = 'send'"
            )
        )

    def received(self) -> list[str]:
        """Whoever was referred here, as often as the same member of the centre was told of it."""
        told = keys(
            self.house.rows(
                "SELECT person_id FROM (SELECT DISTINCT person_id, number FROM (SELECT referral.person_id, row_number()"
                " OVER (PARTITION BY referral.id, line.membership_id) AS number FROM referral JOIN notification AS line"
                " ON line.tenant_id = referral.to_tenant_id AND line.subject_id = referral.id) AS told) AS times"
            )
        )
        return [key for key in told if key in self.referrals.acknowledged]


def keys(rows: Sequence[tuple[object, ...]]) -> list[str]:
    return [str(key) for (key,) in rows]


def key_in(answer: Answer, kind: str) -> str | None:
    """The key of a row to whose page an answer leads."""
    found = re.search(rf"/{kind}/([0-9a-f-]{{36}})", answer.headers["location"] or "")
    return found.group(1) if found and answer.status == HTTPStatus.SEE_OTHER else None


def page_of(answer: Answer) -> str | None:
    """The page that an answer is, nothing when it is an error."""
    return answer.page if answer.status == HTTPStatus.OK else None


@dataclass
class Poster(Stream):
    """Puts one mail after the other in the outbox, in a transaction each, as actions do."""

    def once(self) -> None:
        name = f"{MAIL} {uuid4()}"
        if self.insist(name, lambda: self.post(name) or None):
            self.ledger.acknowledge(name)
        self.stopping.wait(PAUSE_SECONDS)

    def post(self, name: str) -> bool:
        """Post a mail and make it due, as an act does; of one that is posted again as nobody answered there is one."""
        try:
            with psycopg.connect(self.house.database) as connection:
                connection.execute(
                    "INSERT INTO outbox_message (tenant_id, id, dedupe_key, recipient, subject, body, state, attempts,"
                    " due_at, created_at) SELECT id, gen_random_uuid(), %(name)s, 'personne@example.be', %(name)s,"
                    " 'Bonjour', 'waiting', 0, now(), now() FROM tenant WHERE slug = 'farciennes'",
                    {"name": name},
                )
                connection.execute(
                    "INSERT INTO due (id, job, tenant_id, at, failures, created_at)"
                    " SELECT gen_random_uuid(), 'mail.send', id, now(), 0, now() FROM tenant WHERE slug = 'farciennes'"
                )
        except UniqueViolation:
            return True
        except psycopg.Error:
            return False
        return True

    def states(self) -> dict[str, str]:
        """What the house says of each mail that was posted here."""
        return dict(self.house.rows("SELECT subject, state FROM outbox_message WHERE subject LIKE %s", f"{MAIL}%"))

    def drained(self) -> bool:
        """Whether nothing is due any more; what a killed worker had claimed is due in some minutes."""
        due = "SELECT count(*) FROM outbox_message WHERE state IN ('waiting', 'sending') AND due_at <= now()"
        try:
            return self.house.rows(due) == [(0,)]
        except psycopg.Error:
            time.sleep(1)
            return False


@dataclass(frozen=True)
class Post:
    """What became of the mails: by name what was posted, how often each arrived, and what the house says of it."""

    posted: Sequence[str]
    arrived: Counter[str]
    states: dict[str, str]

    @property
    def doubled(self) -> list[str]:
        """What came twice, of all that was sent."""
        return [name for name, times in self.arrived.items() if times > 1]

    @property
    def vanished(self) -> list[str]:
        """What was posted and the house knows nothing of, or says that it was sent though it never came."""
        unsaid = ("waiting", "sending", "handed_over")
        return [name for name in self.posted if not self.arrived[name] and self.states.get(name) not in unsaid]

    @property
    def never_sent(self) -> list[str]:
        """What was handed over by a worker that died before the mail server had it: a person decides about it."""
        return [name for name in self.posted if not self.arrived[name] and self.states.get(name) == "handed_over"]

    def __str__(self) -> str:
        came = sum(self.arrived[name] > 0 for name in self.posted)
        other = len(self.arrived) - sum(name in self.states for name in self.arrived)
        waiting = len(self.posted) - came - len(self.never_sent) - len(self.vanished)
        return (
            f"{len(self.posted)} mails posted, {came} arrived, {len(self.doubled)} doubled, {len(self.vanished)} "
            f"vanished, {len(self.never_sent)} never sent and waiting for a person, {waiting} not sent yet; "
            f"{other} others arrived"
        )


def arrived(mails: Sequence[bytes]) -> Counter[str]:
    """How often each mail came: by its subject when it was posted here, by its Message-ID when by the house."""
    found = [message_from_bytes(mail) for mail in mails]
    subjects = [(str(mail["Subject"]).replace("\n", ""), str(mail["Message-ID"])) for mail in found]
    return Counter(subject if subject.startswith(MAIL) else number for subject, number in subjects)
