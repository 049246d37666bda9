"""Self-assessments: two platforms over two years, one that is being filled in, agents' own, an evaluated session."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from clais.dates import months_after, working_day_on_or_before
from clais.exchange.assessments.models import AssessmentBallot, AssessmentNotice
from clais.instruments.rules.definition import InstrumentKind
from config.demo.adoption import LATE, WAITING
from config.demo.engine.desk import Colleague, Desk
from config.demo.engine.dice import Dice, at
from config.demo.engine.ledger import ToSeal
from config.demo.engine.texts import read
from config.demo.instruments import Release
from config.demo.training import Held
from tenants.self_assessments.models import SelfAssessment, SelfAssessmentAnswer
from tenants.self_assessments.workflow import SELF_ASSESSMENT

AGO, TWICE = 20, 2
"""How many days ago platforms assessed themselves; how many of them did the year before too."""
SHARED = {"chainon": 67, "territoire": 100, "champ": 67, "volonte": 100, "poles": 67, "plus_value": 67} | {
    "adequation": 50, "niveaux": 33, "reflexion": 67, "cloisons": 67, "ressources": 67, "articulation": 67,
    "integre": 67,
}  # fmt: skip
"""The scores of this year's answers, by section, that the first platform shares."""
PRACTICE = ("ecoute", "urgence", "bilan", "decision", "relance", "appui")


@dataclass(frozen=True, slots=True)
class _Story:
    """The centre, what it published, what is answered, and the dice."""

    centre: Desk
    dice: Dice
    releases: Sequence[Release]
    texts: Mapping[str, Any]

    def of_kind(self, kind: InstrumentKind) -> list[Release]:
        return [release for release in self.releases if release.kind == kind]


def write_regards(centre: Desk, platforms: Sequence[Desk], dice: Dice, releases: Sequence[Release], held: Held) -> None:
    """Write what platforms and agents say of themselves, and what agents say of the session that was held."""
    story = _Story(centre, dice, releases, read("self_assessments")["answers"])
    first, second = story.of_kind(InstrumentKind.PLATFORM_ASSESSMENT)
    up_to_date = [desk for desk in platforms if desk.place is None or desk.place.slug not in {LATE, WAITING}]
    for number, desk in enumerate(up_to_date[:3]):
        day = working_day_on_or_before(desk.yesterday - timedelta(days=AGO + number))
        if number < TWICE:
            _of_platform(story, desk, first, _year_before(day), story.texts["before"])
            _of_platform(story, desk, second, day, story.texts["now"], scores=SHARED if number == 0 else None)
        else:
            _of_platform(story, desk, second, day, story.texts["open"], finished=False)
    for desk in platforms:
        _practice(story, desk)
    _session(story, held)


def _year_before(day: date) -> date:
    return working_day_on_or_before(months_after(day, -12))


def _of_platform(
    story: _Story, desk: Desk, release: Release, day: date, answers: Mapping[str, str], *,
    finished: bool = True, scores: dict[str, int] | None = None,
) -> None:  # fmt: skip
    who, dice = desk.of_role("coordinator")[0], story.dice
    key = _assessment(story, desk, release, day, None, finished=finished)
    desk.record(dice, at(day, 10), who, "assessment.begin", "self_assessment", key, details={"year": day.year})
    _answers(desk, dice, key, day, answers, desk.colleagues)
    if not finished:
        return
    moment = at(day, 11, 50)
    desk.step(dice, moment, who, SELF_ASSESSMENT, "self_assessment", key, "conclude", "open")
    desk.record(dice, moment, who, "assessment.finish", "self_assessment", key, details={"year": day.year})
    if scores:
        desk.record(dice, moment, who, "assessment.share", "self_assessment", key, details={"year": day.year})
    desk.ledger.add(
        AssessmentNotice, dice, moment, to_tenant_id=story.centre.tenant_id, instrument_id=release.instrument,
        number=release.number, year=day.year, done_on=day, scores=scores, version=1,
    )  # fmt: skip


def _assessment(
    story: _Story, desk: Desk, release: Release, day: date, whose: Colleague | None, *, finished: bool,
    run: UUID | None = None,
) -> UUID:  # fmt: skip
    return desk.ledger.add(
        SelfAssessment, story.dice, at(day, 10), membership_id=whose.membership_id if whose else None,
        user_id=whose.user_id if whose else None, centre_id=story.centre.tenant_id, instrument_id=release.instrument,
        instrument_version_id=release.key, content_id=release.content, number=release.number, kind=release.kind,
        name=release.name, year=day.year, course_run_id=run, state="finished" if finished else "open", begun_on=day,
        finished_on=day if finished else None, updated_at=at(day, 11, 50), version=2,
    )  # fmt: skip


def _answers(
    desk: Desk, dice: Dice, key: UUID, day: date, answers: Mapping[str, str], team: Sequence[Colleague],
    whose: Colleague | None = None,
) -> None:  # fmt: skip
    for number, (item, answer) in enumerate(answers.items()):
        desk.ledger.add(
            SelfAssessmentAnswer, dice, at(day, 10, 5 + number), self_assessment_id=key, item=item, value=answer,
            user_id=whose.user_id if whose else None, given_by="" if whose else team[number % len(team)].name,
        )  # fmt: skip


def _practice(story: _Story, desk: Desk) -> None:
    """Everybody did it a year ago; this year the first one has begun, and the others have finished."""
    (release,) = story.of_kind(InstrumentKind.AGENT_ASSESSMENT)
    for number, who in enumerate(desk.colleagues):
        day = working_day_on_or_before(desk.yesterday - timedelta(days=8 + 2 * number))
        for taken, finished in ((_year_before(day), True), (day, number > 0)):
            chosen = {item: str(min(3, story.dice.randint(0, 2) + (taken == day))) for item in PRACTICE}
            words = {"envie": story.texts["practice"][number % 3]}
            key = _assessment(story, desk, release, taken, who, finished=finished)
            _own(story, desk, key, taken, who, release, chosen, words, finished=finished)


def _session(story: _Story, held: Held) -> None:
    """All who attended said what they think, but the first one, who is still asked."""
    (release,) = story.of_kind(InstrumentKind.SATISFACTION)
    for number, (desk, who) in enumerate(held.attended[1:]):
        day = working_day_on_or_before(held.day + timedelta(days=3 + number % 6))
        chosen = {
            "utile": story.dice.choice(("2", "3", "3")), "rythme": story.dice.choice(("juste", "juste", "rapide")),
            "salle": story.dice.choice(("1", "2", "3")), "conseiller": story.dice.choice(("yes", "yes", "yes", "no")),
        }  # fmt: skip
        key = _assessment(story, desk, release, day, who, finished=True, run=held.key)
        words = {"dire": story.texts["session"][number % 3]}
        _own(story, desk, key, day, who, release, chosen, words, finished=True, run=held.key)


def _own(
    story: _Story, desk: Desk, key: UUID, day: date, who: Colleague, release: Release, chosen: dict[str, str],
    words: dict[str, str], *, finished: bool, run: UUID | None = None,
) -> None:  # fmt: skip
    given = {**chosen, **words} if finished else dict(list(chosen.items())[:3])
    _answers(desk, story.dice, key, day, given, (), who)
    if finished:
        desk.ledger.add(
            AssessmentBallot, story.dice, at(day, 11), to_tenant_id=story.centre.tenant_id if run else None,
            instrument_id=release.instrument, number=release.number, year=day.year, course_run_id=run,
            sealed=ToSeal(chosen),
        )  # fmt: skip
