"""Neither party of a referral can undo a withdrawal, answer for the other, or forge a line."""

from dataclasses import dataclass

import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from clais.database import new_id
from clais.exchange.referrals import actions
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.queries import received_referral, sent_referral
from migrations.protection_v1 import BETWEEN_TWO, OWN, TENANT, WRITTEN_HERE
from tests.isolation.catalogue import instead, transaction_of
from tests.isolation.world import World
from tests.support.federation import Member
from tests.support.referrals import a_person, a_referral

REFUSALS = (
    psycopg.errors.InsufficientPrivilege,
    psycopg.errors.ForeignKeyViolation,
    psycopg.errors.CheckViolation,
)
WITHOUT_KEYS = ";".join(
    f"ALTER TABLE {table} DROP CONSTRAINT fk_{table}_in_force"
    for table in ("parcel", "referral_event", "referral_message")
)
"""What holds a line to its referral is let go of: what row security refuses is seen alone."""


@dataclass(frozen=True)
class Try:
    """A statement of the sender's or the receiver's session, before or after the withdrawal; and what would let it
    pass.
    """

    by: str
    statement: str
    fault: str
    withdrawn: bool = False


def taken_back(table: str, key: str = "referral_id") -> Try:
    """The sender shows again what the person withdrew."""
    force = "" if table == "consent" else ", in_force = true"
    statement = f"UPDATE {table} SET withdrawn_at = NULL{force} WHERE tenant_id = :sender AND {key} = :referral"
    floor = OWN if table == "consent" else BETWEEN_TWO
    return Try("sender", statement, f"{instead(table, 'UPDATE', floor, floor)}{WITHOUT_KEYS}", withdrawn=True)


def line(table: str, withdrawn_at: str, consent_until: str, by: str = ":receiver", in_force: str = "true") -> str:
    """A statement of the receiver that adds a line to a referral."""
    own = {
        "referral_event": ("transition, source, target, happened_at", "'complete', 'in_progress', 'completed', now()"),
        "referral_message": ("text, sent_at", "'Bonjour', now()"),
    }
    names, values = own[table]
    return (
        f"INSERT INTO {table} (tenant_id, id, to_tenant_id, referral_id, withdrawn_at, consent_until, in_force, "
        f"by_tenant_id, actor_name, {names}) VALUES (:sender, :id, :receiver, :referral, {withdrawn_at}, "
        f"{consent_until}, {in_force}, {by}, 'Marc', {values})"
    )


def added(table: str, withdrawn_at: str, consent_until: str, by: str = ":receiver") -> Try:
    """The receiver adds a line that stands under no consent, or that the other party would have written."""
    without_consent = f"({OWN} OR to_tenant_id = {TENANT}) AND {WRITTEN_HERE}"
    wider = instead(table, "INSERT", check=without_consent if by == ":receiver" else BETWEEN_TWO)
    return Try("receiver", line(table, withdrawn_at, consent_until, by), f"{wider}{WITHOUT_KEYS}")


def late(table: str, consent_until: str = ":until", *, withdrawn: bool = True) -> Try:
    """The receiver adds a line to what was withdrawn, or under an end of its own, as if the consent still stood."""
    fault = f"ALTER TABLE {table} DROP CONSTRAINT fk_{table}_in_force"
    return Try("receiver", line(table, "NULL", consent_until), fault, withdrawn=withdrawn)


def in_between(table: str) -> Try:
    """The receiver adds a line that is neither in force nor withdrawn: that would fit what was withdrawn."""
    fault = f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_in_force"
    return Try("receiver", line(table, "NULL", ":until", in_force="false"), fault, withdrawn=True)


def notice(to: str, referral: str) -> Try:
    """A notice that some consent was withdrawn, which no withdrawal stands behind."""
    statement = (
        "INSERT INTO withdrawal (tenant_id, id, to_tenant_id, referral_id, reference, withdrawn_at) "
        f"VALUES (:sender, :id, {to}, {referral}, 'FAR-R-1', now())"
    )
    fault = "ALTER TABLE withdrawal DROP CONSTRAINT fk_withdrawal_tenant_id_to_tenant_id_referral_id"
    return Try("sender", statement, fault)


def promised(column: str, value: str) -> Try:
    """The receiver moves what it promised."""
    statement = f"UPDATE referral SET {column} = {value} WHERE tenant_id = :sender AND id = :referral"
    return Try("receiver", statement, f"GRANT UPDATE ({column}) ON referral TO clais_app")


def put_off(value: str) -> Try:
    """The receiver puts its answer off, which it may for a pause, farther than any pause."""
    statement = f"UPDATE referral SET answer_due_on = {value} WHERE tenant_id = :sender AND id = :referral"
    return Try("receiver", statement, "ALTER TABLE referral DROP CONSTRAINT ck_referral_answer_due")


def of_another_person(by: str) -> Try:
    """The referral is turned to another person than the one who agreed."""
    statement = "UPDATE referral SET person_id = :id WHERE tenant_id = :sender AND id = :referral"
    return Try(by, statement, "ALTER TABLE consent DROP CONSTRAINT fk_consent_person")


def offered(by: str, *, withdrawn: bool = False) -> Try:
    """An offer of a seat that names no session; or the answer to one whose agreement the person withdrew."""
    state = "refused" if withdrawn else "offered"
    statement = f"UPDATE referral SET seat_offer = '{state}' WHERE tenant_id = :sender AND id = :referral"
    wider = instead("referral", "UPDATE", BETWEEN_TWO, BETWEEN_TWO)
    fault = wider if withdrawn else "ALTER TABLE referral DROP CONSTRAINT ck_referral_seat_offer"
    return Try(by, statement, fault, withdrawn=withdrawn)


STANDS, OVER = "now() + interval '9 days'", "now() - interval '1 day'"
TRIES = {
    "a referral is shown again": taken_back("referral", "id"),
    "a parcel is shown again": taken_back("parcel"),
    "a step is shown again": taken_back("referral_event"),
    "a message is shown again": taken_back("referral_message"),
    "a consent is given again": taken_back("consent"),
    "a withdrawn referral moves": Try(
        "sender",
        "UPDATE referral SET state = 'requested' WHERE tenant_id = :sender AND id = :referral",
        instead("referral", "UPDATE", BETWEEN_TWO, BETWEEN_TWO),
        withdrawn=True,
    ),
    "a step without consent": added("referral_event", "NULL", OVER),
    "a step that is withdrawn": added("referral_event", "now()", STANDS),
    "a step of the other party": added("referral_event", "NULL", STANDS, ":sender"),
    "a message without consent": added("referral_message", "NULL", OVER),
    "a message that is withdrawn": added("referral_message", "now()", STANDS),
    "a message of the other party": added("referral_message", "NULL", STANDS, ":sender"),
    "a step after the withdrawal": late("referral_event"),
    "a step until a later day": late("referral_event", STANDS, withdrawn=False),
    "a step that is neither": in_between("referral_event"),
    "a message after the withdrawal": late("referral_message"),
    "a message until a later day": late("referral_message", STANDS, withdrawn=False),
    "a message that is neither": in_between("referral_message"),
    "a notice to a third tenant": notice(":third", ":referral"),
    "a notice of nothing": notice(":receiver", ":id"),
    "a referral of another person": of_another_person("receiver"),
    "a referral of another person than its consent": of_another_person("sender"),
    "an offer of no session": offered("receiver"),
    "an answer to an offer after the withdrawal": offered("sender", withdrawn=True),
    "an answer that is due much later": put_off("answer_due_on + 30"),
    "another promise": promised("promised_on", "promised_on + 30"),
    "a receipt that is due later": promised("receive_due_on", "receive_due_on + 30"),
    "a request that came later": promised("requested_at", "now()"),
}


def a_talk(agent: Member, officer: Member, *, withdrawn: bool) -> Referral:
    """A referral with a message, withdrawn or not."""
    referral = a_referral(agent, a_person(agent))
    with officer.at_work() as session:
        received = received_referral(session, referral.id)
        assert received is not None
        actions.post_message(session, officer.actor, received, "Quand est-elle libre ?")
    if withdrawn:
        with agent.at_work() as session:
            mine = sent_referral(session, referral.id)
            assert mine is not None
            actions.withdraw(session, agent.actor, mine)
    return referral


def touched(world: World, one: Try, fault: tuple[Engine, str] | None = None) -> int:
    """How many rows a try touches; none when it is refused."""
    near = world.federation
    agent, officer = near.agent(), near.officer()
    referral = a_talk(agent, officer, withdrawn=one.withdrawn)
    facts = {
        "sender": near.platform.id,
        "receiver": near.support_centre.id,
        "third": near.other_platform.id,
        "referral": referral.id,
        "until": referral.consent_until,
        "id": new_id(),
    }
    named = {name: value for name, value in facts.items() if f":{name}" in one.statement}
    try:
        with transaction_of(agent if one.by == "sender" else officer, fault) as connection:
            return connection.execute(text(one.statement), named).rowcount
    except DBAPIError as error:
        if isinstance(error.orig, REFUSALS):
            return 0
        raise


@pytest.mark.parametrize("name", TRIES)
def test_neither_party_undoes_what_was_agreed(name: str, standing_world: World) -> None:
    assert touched(standing_world, TRIES[name]) == 0


@pytest.mark.parametrize("name", TRIES)
def test_what_would_let_a_try_pass_is_found(name: str, standing_world: World, superuser: Engine) -> None:
    assert touched(standing_world, TRIES[name], (superuser, TRIES[name].fault)) > 0


def test_without_its_fault_a_try_is_refused_there_too(standing_world: World, superuser: Engine) -> None:
    """So it is the fault that lets it pass, and not where it is tried."""
    assert [touched(standing_world, one, (superuser, "SELECT 1")) for one in TRIES.values()] == [0] * len(TRIES)
