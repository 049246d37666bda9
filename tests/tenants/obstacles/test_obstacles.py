"""An obstacle has a history: found when and by whom, how much it hindered since, lifted when and how, come back."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError
from werkzeug.test import TestResponse

from clais.clock import today
from clais.database import ScopedSession
from clais.workflow import Refused
from tenants.obstacles.models import ObstacleChange
from tenants.obstacles.rules.history import History, Seen, histories, points
from tenants.orientation.models import BilanAnswer
from tenants.orientation.rules.dimensions import BY_CODE
from tests.support.critical import interleave
from tests.support.federation import Federation
from tests.support.obstacles import a_bilan, an_obstacle, known_to
from tests.support.printing import printed, words_of
from tests.tenants.agenda.days import a_file

DAY = timedelta(days=1)
LEVELS = st.lists(st.integers(-3, 2), min_size=1, max_size=12)


def version_in(page: TestResponse) -> str:
    found = re.search(r'name="_version" value="([^"]+)"', page.get_data(as_text=True))
    assert found is not None
    return found[1]


def history_of(levels: list[int]) -> History:
    seen = [Seen(date(2026, 1, 1) + place * DAY, level, "", "Nadia") for place, level in enumerate(levels)]
    return History(BY_CODE["work"], tuple(seen))


@given(LEVELS)
def test_an_obstacle_is_open_lifted_or_was_never_one(levels: list[int]) -> None:
    history = history_of(levels)
    assert history.is_open == (levels[-1] < 0)
    assert (history.lifted is not None) == (history.is_obstacle and not history.is_open)
    if history.is_obstacle:
        assert history.found.level < 0
        assert history.lifted is None or history.found.day < history.lifted.day
        assert all(level < 0 for level in levels[history.seen.index(history.found) :]) == history.is_open
        assert history.times == len(re.findall("x+", "".join("x" if level < 0 else "." for level in levels)))


@given(st.dictionaries(st.sampled_from(list(BY_CODE)), LEVELS))
def test_each_dimension_stands_on_the_side_that_its_last_level_says(every: dict[str, list[int]]) -> None:
    present, lifted, resources = histories({code: history_of(one).seen for code, one in every.items()}, BY_CODE)
    assert {one.dimension.code for one in present} == {code for code, one in every.items() if one[-1] < 0}
    assert {one.dimension.code for one in resources} == {code for code, one in every.items() if one[-1] > 0}
    assert len(lifted) == sum(min(one) < 0 <= one[-1] for one in every.values())
    assert [one.last.level for one in present] == sorted(one.last.level for one in present)


@given(LEVELS)
def test_the_picture_goes_from_left_to_right_and_hinders_below_the_line(levels: list[int]) -> None:
    drawn = points(history_of(levels))
    assert [x for x, _y, _joined in drawn] == sorted({x for x, _y, _joined in drawn})
    assert [y < 60 for _x, y, _joined in drawn] == [level < 0 for level in levels[-8:]]
    assert [joined for _x, _y, joined in drawn] == [place > 0 for place in range(len(drawn))]


def test_bilans_and_what_is_learnt_between_them_are_one_history(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    a_bilan(agent, person, 90, mobility=-3, work=1, health=-2)
    an_obstacle(agent, person, level=-1, day=today() - 40 * DAY, note="A un vélo.")
    a_bilan(agent, person, 20, mobility=-2, work=2)
    an_obstacle(agent, person, level=0, lifted_how="partner", note="Abonnement payé.")
    known = known_to(agent, person)
    mobility = known.of("mobility")
    assert mobility is not None
    assert mobility.lifted is not None
    assert [one.level for one in mobility.seen] == [-3, -1, -2, 0]
    assert (mobility.found.day, mobility.lifted.day) == (today() - 90 * DAY, today())
    assert (mobility.found.source, mobility.lifted.lifted_how) == ("bilan", "partner")
    assert [one.dimension.code for one in known.present] == ["health"]
    assert [(one.dimension.code, one.carries_since.day) for one in known.resources] == [("work", today() - 90 * DAY)]


def test_what_comes_back_is_found_anew(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    an_obstacle(agent, person, "childcare", -2, today() - 30 * DAY)
    an_obstacle(agent, person, "childcare", 0, today() - 20 * DAY, lifted_how="gone")
    an_obstacle(agent, person, "childcare", -1, today() - 5 * DAY)
    found = known_to(agent, person).of("childcare")
    assert found is not None
    assert (found.times, found.found.day, found.is_open) == (2, today() - 5 * DAY, True)


def test_days_do_not_go_back(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    a_bilan(agent, person, 10, debts=-1)
    with pytest.raises(Refused, match="older"):
        an_obstacle(agent, person, "debts", -3, today() - 11 * DAY)


def test_what_is_sealed_in_a_bilan_stands_nowhere_else(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    a_bilan(agent, person, 3, health=-3)
    with pytest.raises(Refused, match="sensitive"):
        an_obstacle(agent, person, "health", -1)
    agent.browser().get(f"/personnes/{person.id}/obstacles/health", status=404)

    def plant(session: ScopedSession) -> None:
        session.add(
            ObstacleChange(
                person_id=person.id, dimension="health", level=-1, seen_on=today(), source="agent", noted_by="x"
            )
        )
        session.flush()

    with pytest.raises(IntegrityError, match="ck_obstacle_change_dimension"), agent.at_work() as session:
        plant(session)


def test_an_answer_that_cannot_be_read_has_no_history_here(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    first = a_bilan(agent, person, 9, health=-3, work=-1)
    a_bilan(agent, person, 3, health=1)
    with agent.at_work() as session:
        row = session.query(BilanAnswer).filter_by(bilan_id=first.id, dimension="health").one()
        row.sealed = b"x" * 40
    known = known_to(agent, person)
    assert [one.dimension.code for one in (*known.present, *known.resources)] == ["work"]
    assert known.unreadable == ["Santé"]


def test_the_file_shows_what_hinders_beside_what_carries(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    a_bilan(agent, person, 40, mobility=-3, work=1)
    browser = agent.browser()
    page = browser.get(f"/personnes/{person.id}").get_data(as_text=True)
    sides = page[page.index('id="obstacles"') :]
    places = [sides.index(one) for one in ("Freins</h3>", "of-mobility", "Atouts</h3>", "of-work")]
    assert places == sorted(places)
    address = f"/personnes/{person.id}/obstacles/mobility"
    said = {
        "level": "0",
        "seen_on": today().isoformat(),
        "source": "contact",
        "_version": version_in(browser.get(address)),
    }
    browser.post(address, said, status=422)
    browser.post(address, said | {"lifted_how": "person"}, status=303)
    history = browser.get(f"/personnes/{person.id}/obstacles").get_data(as_text=True)
    assert "la personne a trouvé une solution" in history
    assert "Frein, mobilité\u00a0: levé" in browser.get(f"/personnes/{person.id}").get_data(as_text=True)


def test_two_who_note_at_once_see_each_other(federation: Federation) -> None:
    agent, colleague = federation.agent(), federation.agent()
    person = a_file(agent)
    an_obstacle(agent, person, "housing", -3, today() - DAY)
    address = f"/personnes/{person.id}/obstacles/housing"
    browser = agent.browser()
    version = version_in(browser.get(address))
    an_obstacle(colleague, person, "housing", -1, note="Hébergée chez sa sœur.")
    said = {"level": "-2", "seen_on": today().isoformat(), "source": "agent", "note": "Toujours sans bail."}
    answer = browser.post(address, said | {"_version": version}, status=409)
    assert "Hébergée chez sa sœur." in answer.get_data(as_text=True)
    assert "Toujours sans bail." in answer.get_data(as_text=True)


def test_two_at_once_note_one_obstacle_and_the_other_hears_of_it(federation: Federation) -> None:
    agent, colleague = federation.agent(), federation.agent()
    person = a_file(agent)
    outcomes = interleave(
        federation.engine,
        lambda: an_obstacle(agent, person, "housing"),
        lambda: an_obstacle(colleague, person, "housing", -3),
        "INSERT INTO obstacle_change",
    )
    assert [type(outcome) for outcome in outcomes] == [ObstacleChange, Refused]


def test_the_summary_of_a_file_tells_of_them_and_not_of_what_is_sealed(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    a_bilan(agent, person, 40, mobility=-3, debts=-2, work=1, health=-3)
    an_obstacle(agent, person, "debts", 0, today(), lifted_how="partner", note="Plan de paiement tenu.")
    said = unescape(words_of(federation.keyring, printed(agent, person, f"/personnes/{person.id}/resume")))
    told = said[said.index("Freins et atouts") :]
    for words in ("mobilité", "levé", "Plan de paiement tenu.", "Atout"):
        assert words in told, words
    assert "santé" not in told.lower()[: told.index("Ce qui s'est passé")]
