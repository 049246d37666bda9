"""A local platform's two years: its people, who follows them, its partners and the questions at its desk."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from clais.encryption import Keyring
from config.demo import agenda, file, note_templates, plan_templates, tasks
from config.demo.engine.desk import Desk
from config.demo.engine.dice import Dice, at
from config.demo.engine.history import History, draw_project
from config.demo.engine.timeline import Timeline, draw_timeline
from config.demo.engine.voice import Voice
from config.demo.intake import questions
from config.demo.partners import partners
from config.demo.people import invent, open_lately, write_person
from config.demo.story import FACTS, LOOK_ALIKES, NEWCOMERS, Character, tell_apart
from config.demo.team import team


@dataclass(frozen=True, slots=True)
class Share:
    """How much of the demo is one platform's: `first` numbers its people apart from those of the others."""

    people: int
    first: int
    seed: str


def write_people(desk: Desk, keyring: Keyring, share: Share, characters: Sequence[Character] = ()) -> list[History]:
    """Fill the ledger of a platform with people and give their histories, by day of arrival.

    `characters` are people of the story.
    """
    if desk.place is None:
        raise ValueError("a platform has a place")
    agents = desk.of_role("agent")
    drawn = [
        _draw(desk, share, number, characters[number] if number < len(characters) else None)
        for number in range(share.people)
    ]
    # Public numbers are given in order of arrival, as they would have been.
    drawn.sort(key=lambda one: one[1].arrived)
    histories: list[History] = []
    for dice, timeline, character, number in drawn:
        named = _named(number, characters)
        person = invent(dice, desk.place, timeline.arrived, share.first + number, named)
        if named in FACTS:
            person = replace(person, values={**person.values, **FACTS[named]}, national_number=None)
        referent = agents[0] if character else dice.choice(agents)
        project = character.project() if character else draw_project(dice, person.values["sex"])
        voice = Voice(dice, person.values["sex"], person.values["given_names"], project["into"])
        reference = desk.reference("", timeline.arrived)
        up_to_date = bool(characters) and referent is agents[0]
        history = History(
            dice, desk, person, timeline, referent, project, voice, reference, character is not None, up_to_date
        )
        if timeline.steps and dice.chance(0.7):
            history.availability = voice.say("availabilities")
        file.fill(history)
        if character:
            character.play(history)
        elif characters and referent is not agents[0] and not any(other.heir for other in histories):
            history.heir = agents[0] if _may_go_on_elsewhere(history) else None
        write_person(history, keyring, authorised=desk.place.authorisation is not None)
        histories.append(history)
    if characters:
        tell_apart(desk, Dice(f"{share.seed}/{desk.code}/look-alikes"), histories)
    return histories


def write_newcomers(desk: Desk, keyring: Keyring, share: Share) -> None:
    """People who were registered at the desk yesterday, and whom nobody has received."""
    if desk.place is None:
        raise ValueError("a platform has a place")
    for number, named in enumerate(NEWCOMERS):
        dice = Dice(f"{share.seed}/{desk.code}/newcomer/{number}")
        timeline = Timeline(at(desk.yesterday, 16, 30 + number), "registered", ())
        person = invent(dice, desk.place, timeline.arrived, share.first + number, named)
        project = draw_project(dice, named[2])
        voice = Voice(dice, named[2], named[1], project["into"])
        reference = desk.reference("", timeline.arrived)
        agent = desk.of_role("agent")[0]
        history = History(dice, desk, person, timeline, agent, project, voice, reference, in_story=True)
        write_person(history, keyring, authorised=desk.place.authorisation is not None)


def _named(number: int, characters: Sequence[Character]) -> tuple[str, str, str] | None:
    """The name of someone of the story, or of someone whose file looks like theirs; others are given one."""
    names = [*(character.named for character in characters), *(LOOK_ALIKES if characters else ())]
    return names[number] if number < len(names) else None


def _draw(
    desk: Desk, share: Share, number: int, character: Character | None
) -> tuple[Dice, Timeline, Character | None, int]:
    dice = Dice(f"{share.seed}/{desk.code}/{number}")
    timeline = character.timeline(dice, desk) if character else draw_timeline(dice, desk.today, desk.yesterday)
    return dice, timeline, character, number


def _may_go_on_elsewhere(history: History) -> bool:
    """Whether a file may have changed hands yesterday: it is open, was received before, and is referred nowhere."""
    days = history.desk.yesterday - history.timeline.arrived.date()
    return history.is_open and history.received_at is not None and history.goal is None and days > timedelta(days=10)


def furnish(desk: Desk, dice: Dice, days: int = 730) -> None:
    """Partners, anonymous questions at the desk, the team, and its templates of notes and plans."""
    if desk.place is None:
        raise ValueError("a platform has a place")
    opened = desk.today - timedelta(days=days)
    partners(desk, desk.place, dice, opened)
    questions(desk, dice, opened)
    team(desk, opened)
    note_templates.templates(desk, opened)
    plan_templates.templates(desk, opened)


def today_of(desk: Desk, dice: Dice, histories: Sequence[History], story: bool) -> None:
    """Three or four appointments today for each agent, the files that they opened last, and tasks of their own."""
    for agent in desk.of_role("agent"):
        tasks.of_ones_own(desk, agent)
        own = [
            history for history in histories if history.referent is agent and history.is_open and history.timeline.steps
        ]
        if not own:
            continue
        scripted = story and agent is desk.of_role("agent")[0]
        for history in dice.sample(own, min(len(own), 1 if scripted else dice.randint(3, 4))):
            agenda.today(agent, history, desk.today)
        open_lately(dice, agent, dice.sample(own, min(len(own), 6)))
