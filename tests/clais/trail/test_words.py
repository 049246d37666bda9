"""Whatever the house can put on record has its words on the log of accesses."""

import ast
import re
from dataclasses import replace

import pytest

from clais.exchange.referrals.workflow import REFERRAL, SEAT_OFFER
from clais.feature import Composition, Feature
from clais.feature.trail import Trail
from config.features import FEATURES
from tenants.desk.workflow import BEFORE_THE_LAST_STEP, VISIT
from tenants.documents.workflow import PAPER
from tenants.orientation.workflow import STEP
from tenants.people.workflow import STAGE
from tests.architecture.sources import ROOT, Source, read, sources
from tests.support.verbs import VERB, Recorded, recorded

_CLICKS = tuple(step for step in VISIT.transitions if not step.name.startswith(BEFORE_THE_LAST_STEP))
"""What is taken back at the desk is on record as that, whichever step it was."""
WORKFLOWS = {
    "paper": PAPER,
    "person": STAGE,
    "referral": REFERRAL,
    "seat_offer": SEAT_OFFER,
    "step": STEP,
    "visit": replace(VISIT, transitions=_CLICKS),
}
"""Prefix of a verb → the workflow whose transitions follow it."""
GIVES_THE_VERB_ON = {"clais.audit.actions"}
"""Where `record` and `record_reading` themselves are written."""
COMPOSED = Composition(FEATURES)
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def everything_recorded(*more: Source) -> Recorded:
    found = [source for source in sources() if source.module not in GIVES_THE_VERB_ON]
    return recorded([*found, *more], WORKFLOWS)


def without_words(found: Recorded) -> list[str]:
    """The verbs that no feature has a sentence for, and the calls that cannot be read."""
    return sorted(found.verbs - set(COMPOSED.trail_of)) + sorted(found.unread)


def test_every_verb_that_the_code_can_record_has_its_words() -> None:
    found = everything_recorded()
    assert len(found.verbs) > 70
    assert {"person.read", "person.reopen", "appointment.undo", "token.revoke", "registry.edit"} <= found.verbs
    assert without_words(found) == []


def test_a_verb_without_words_and_one_that_nobody_can_read_are_found() -> None:
    planted = read(
        "def lend(session, book, verb):\n"
        "    record(session, 'book.lend', 'book', book.id)\n"
        "    record(session, f'book.{verb}', 'book', book.id)\n"
    )
    assert without_words(everything_recorded(planted)) == ["book.lend", f"{planted.module}:3"]


def test_no_words_stand_for_what_is_never_recorded() -> None:
    assert sorted(set(COMPOSED.trail_of) - everything_recorded().verbs) == []


def test_every_verb_of_the_demonstration_has_its_words() -> None:
    verbs = {
        node.value
        for path in (ROOT / "config" / "demo").rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "record"
        for node in ast.walk(call)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and VERB.fullmatch(node.value)
    }
    assert "person.read" in verbs
    assert verbs - set(COMPOSED.trail_of) == set()


def test_every_sentence_says_who_and_nothing_but_who_and_the_file() -> None:
    for verb, trail in COMPOSED.trail_of.items():
        assert "who" in PLACEHOLDER.findall(trail.verbs[verb]), verb
        assert set(PLACEHOLDER.findall(trail.verbs[verb])) <= {"who", "file"}, verb


def test_a_verb_with_two_meanings_is_refused() -> None:
    twice = Feature(name="twice", package="clais", trail=Trail(verbs={"person.read": "%(who)s read something else"}))
    with pytest.raises(ValueError, match=r"verbs: \['person.read'\] more than once"):
        Composition((*FEATURES, twice))
