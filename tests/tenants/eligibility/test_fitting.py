"""Which session of a scheme is proposed to somebody: the first of those for which they fit best."""

from datetime import date, timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from clais.clock import today
from clais.exchange.eligibility.models import EligibilityVersion
from clais.exchange.eligibility.rules.judging import Known, Outcome, Rule
from clais.exchange.eligibility.schemas import stored
from clais.exchange.publications.models import Scheme, SchemeSession
from clais.exchange.publications.queries import SchemeOffer
from tenants.referrals.proposals import fitting, judged_for
from tests.support.eligibility import a_rule

GOODNESS = [Outcome.FITS, Outcome.ASK, Outcome.UNFIT]


def an_offer(*held: tuple[int, int]) -> SchemeOffer:
    """A scheme with sessions of one seat: (in how many days it begins, how many seats are taken), in order."""
    return SchemeOffer(
        Scheme(),
        tuple(SchemeSession(starts_on=today() + timedelta(days=ahead), seats=1, seats_taken=n) for ahead, n in held),
    )


def a_version(*rules: Rule) -> EligibilityVersion:
    return EligibilityVersion(owner_tenant_id=uuid4(), id=uuid4(), rules=stored(rules))


def born(ago: timedelta) -> dict[str, Known]:
    day = today() - ago
    return {"age": Known((day, day))}


def in_days(days: int) -> date:
    return today() + timedelta(days=days)


def test_the_session_that_begins_when_a_condition_is_over_is_proposed() -> None:
    version = a_version(a_rule("vehicle", "yes", valid_until=in_days(30)))
    offer = an_offer((10, 0), (40, 0))
    session, judgement = fitting(version, offer, {"vehicle": Known(False)})
    assert (session, judgement.outcome) == (offer.sessions[1], Outcome.FITS)


def test_who_is_old_enough_for_the_later_session_alone_is_proposed_that_one() -> None:
    offer = an_offer((10, 0), (60, 0))
    almost = born(timedelta(days=18 * 365 + 4 - 30))
    session, judgement = fitting(a_version(a_rule("age", "at_least", 18)), offer, almost)
    assert (session, judgement.outcome) == (offer.sessions[1], Outcome.FITS)


OF_AGE = st.builds(
    lambda least, years, first, last: a_rule(
        "age", "at_least" if least else "at_most", years, valid_from=first, valid_until=last
    ),
    st.booleans(),
    st.integers(17, 20),
    st.none() | st.integers(0, 200).map(in_days),
    st.none() | st.integers(0, 200).map(in_days),
)
OF_VEHICLE = st.builds(
    lambda hard, last: a_rule("vehicle", "yes", hard=hard, valid_until=last),
    st.booleans(),
    st.none() | st.integers(0, 200).map(in_days),
)
FILES = st.builds(
    lambda days, vehicle: (
        ({} if days is None else born(timedelta(days=days))) | ({} if vehicle is None else {"vehicle": Known(vehicle)})
    ),
    st.none() | st.integers(17 * 365, 21 * 365),
    st.none() | st.booleans(),
)


@given(
    st.lists(OF_AGE | OF_VEHICLE, max_size=4),
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 1)), max_size=6).map(sorted),
    FILES,
)
def test_no_session_is_passed_over_for_a_worse_or_a_later_one(
    rules: list[Rule], held: list[tuple[int, int]], facts: dict[str, Known]
) -> None:
    version, offer = a_version(*rules), an_offer(*held)
    session, judgement = fitting(version, offer, facts)
    free = [one for one, (_days, taken) in zip(offer.sessions, held, strict=True) if not taken]
    every = [(one, judged_for(version, facts, one)) for one in free or offer.sessions]
    if not every:
        assert (session, judgement) == (None, judged_for(version, facts))
        return
    assert (session, judgement) == min(every, key=lambda pair: GOODNESS.index(pair[1].outcome))
