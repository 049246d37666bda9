"""What the demo claims to have happened could have: some of its people's histories are played again by the actions."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from clais.database import Base
from clais.encryption import Keyring
from clais.exchange.referrals.models import Referral, ReferralEvent, ReferralMessage, Withdrawal
from clais.web.routing import Application
from clais.workflow import Refused, StateChange
from config.demo.engine.desk import Desk
from support_center.routing.models import Enrolment, Participant
from tenants.exits.models import ExitCheck
from tenants.muting.models import FileMuting
from tenants.obstacles.models import ObstacleChange
from tenants.orientation.models import ActionPlan, PlanEvaluation, PlanSignature
from tenants.pauses.models import ClockPause
from tenants.people.models import HandOver, Person
from tenants.tasks.models import OwnTask
from tests.config.demo.played.comparing import IN_PART, OWNERS, claimed, differences, left
from tests.config.demo.played.playing import play
from tests.config.demo.played.rows import DemoRows, Row
from tests.config.demo.played.world import World
from tests.support.federation import Federation

FEWEST = 8


def took(transition: str) -> Callable[[DemoRows, Row], bool]:
    """Whether a step of the path was taken."""
    return lambda rows, person: bool(rows.of(StateChange, subject_id=person["id"], transition=transition))


def stands(stage: str) -> Callable[[DemoRows, Row], bool]:
    """Whether the path has led there."""
    return lambda _rows, person: person["stage"] == stage


def referred(state: str) -> Callable[[DemoRows, Row], bool]:
    """Whether a referral came so far."""
    return lambda rows, person: bool(rows.of(Referral, person_id=person["id"], state=state))


def evaluated(rows: DemoRows, person: Row) -> bool:
    """Whether a plan that is open was evaluated more than once."""
    plans = [plan["id"] for plan in rows.of(ActionPlan, person_id=person["id"], state="open")]
    return len(rows.of(PlanEvaluation, action_plan_id=plans)) > 1


def plan_reached(rows: DemoRows, person: Row) -> bool:
    """Whether a plan was closed because its goal was reached."""
    return bool(rows.of(PlanEvaluation, person_id=person["id"], outcome="reached"))


def waits_for_a_seat(rows: DemoRows, person: Row) -> bool:
    """Whether the person was accepted to the waiting list of a full session."""
    referrals = [row["id"] for row in rows.of(Referral, person_id=person["id"])]
    participants = [row["id"] for row in rows.of(Participant, referral_id=referrals)]
    return bool(rows.of(Enrolment, participant_id=participants, state="waiting"))


def handed_over(rows: DemoRows, person: Row) -> bool:
    """Whether the person was sent to another platform."""
    return bool(rows.of(Referral, person_id=person["id"], scheme_id=None))


def changed_hands(rows: DemoRows, person: Row) -> bool:
    """Whether a colleague was given the file with a word."""
    return any(made["word"] for made in rows.of(HandOver, person_id=person["id"]))


def paused(rows: DemoRows, person: Row) -> bool:
    """Whether no delay runs for the person."""
    return bool(rows.of(ClockPause, person_id=person["id"]))


def with_a_task(rows: DemoRows, person: Row) -> bool:
    """Whether someone noted what is to be done for the person."""
    return bool(rows.of(OwnTask, person_id=person["id"]))


def quiet(rows: DemoRows, person: Row) -> bool:
    """Whether someone decided that no contact is needed for now."""
    return bool(rows.of(FileMuting, person_id=person["id"]))


def unhindered(rows: DemoRows, person: Row) -> bool:
    """Whether an obstacle was lifted between two bilans."""
    return bool(rows.of(ObstacleChange, person_id=person["id"], level=0))


def signed_on_screen(rows: DemoRows, person: Row) -> bool:
    """Whether the person drew their signature under a plan."""
    return bool(rows.of(PlanSignature, person_id=person["id"], manner="screen"))


def heard_of(rows: DemoRows, person: Row) -> bool:
    """Whether the person was reached after they left."""
    return bool(rows.of(ExitCheck, person_id=person["id"], state="reached"))


def corrected(rows: DemoRows, person: Row) -> bool:
    """Whether a result was taken back."""
    referrals = [row["id"] for row in rows.of(Referral, person_id=person["id"])]
    return bool(rows.of(ReferralEvent, referral_id=referrals, transition="take_back"))


HISTORIES: tuple[Callable[[DemoRows, Row], bool], ...] = (
    stands("registered"),
    stands("in_intake"),
    paused,
    with_a_task,
    quiet,
    unhindered,
    signed_on_screen,
    heard_of,
    took("reopen"),
    evaluated,
    plan_reached,
    waits_for_a_seat,
    handed_over,
    changed_hands,
    corrected,
    referred("declined"),
    referred("completed"),
    referred("withdrawn"),
    referred("on_hold"),
    referred("failed"),
    referred("lapsed"),
)
"""Whom to look for, one person each: not every day's demo has all of them."""


@pytest.fixture(scope="module")
def rows(desks_of_today: list[Desk], keyring: Keyring) -> DemoRows:
    return DemoRows(desks_of_today, keyring)


@pytest.fixture(scope="module")
def chosen(rows: DemoRows) -> list[Row]:
    """Someone of each history that the demo of today has."""
    found: list[Row] = []
    for belongs in HISTORIES:
        found += [person for person in rows.all(Person) if person not in found and belongs(rows, person)][:1]
    return found


@pytest.fixture(scope="module")
def basin(app: Application, new_database: Callable[[], Engine]) -> Callable[[], Federation]:
    """Makes basins in a database that knows municipalities and occupations."""
    engine = new_database()
    return lambda: Federation(app, engine)


@pytest.fixture(scope="module")
def world(basin: Callable[[], Federation], rows: DemoRows, chosen: list[Row]) -> World:
    return play(basin(), rows, chosen)


def test_people_of_different_histories_are_played(world: World, chosen: list[Row]) -> None:
    assert len(chosen) >= FEWEST
    untold = {model for model in OWNERS if not claimed(world, model)}
    assert untold <= {Withdrawal, ReferralMessage}


@pytest.mark.parametrize("model", OWNERS, ids=lambda model: model.__tablename__)
def test_the_acts_leave_the_very_rows_that_the_demo_has(world: World, model: type[Base]) -> None:
    assert differences(claimed(world, model), left(world, model)) == ([], [])


@pytest.mark.parametrize("model", IN_PART, ids=lambda model: model.__tablename__)
def test_what_the_demo_tells_of_them_is_among_what_the_acts_leave(world: World, model: type[Base]) -> None:
    claims = claimed(world, model)
    assert claims
    assert differences(claims, left(world, model), in_part=True) == ([], [])


@pytest.mark.parametrize(
    ("model", "column", "change"),
    [
        (Person, "stage_since", lambda day: day - timedelta(days=1)),
        (StateChange, "happened_at", lambda moment: moment + timedelta(minutes=1)),
        (Participant, "sealed", lambda sealed: sealed | {"name": {}}),
    ],
)
def test_a_claim_that_the_acts_do_not_bear_out_is_found(
    world: World, model: type[Base], column: str, change: Callable[[object], object]
) -> None:
    claims = claimed(world, model)
    claims[0] = claims[0] | {column: change(claims[0][column])}
    assert differences(claims, left(world, model)) != ([], [])


def test_a_step_that_could_not_be_taken_is_refused_when_it_is_played(
    basin: Callable[[], Federation], desks_of_today: list[Desk], keyring: Keyring
) -> None:
    planted = DemoRows(desks_of_today, keyring)
    newcomer = planted.of(Person, stage="registered")[0]
    (desk,) = [desk for desk in planted.desks if desk.tenant_id == newcomer["tenant_id"]]
    member = desk.of_role("agent")[0]
    planted.all(StateChange).append(
        {
            "id": newcomer["id"], "subject_id": newcomer["id"], "transition": "begin_follow_up", "reason": None,
            "comment": None, "membership_id": member.membership_id,
            "happened_at": newcomer["created_at"] + timedelta(hours=1),
        }
    )  # fmt: skip
    with pytest.raises(Refused, match="wrong_state"):
        play(basin(), planted, [newcomer])
