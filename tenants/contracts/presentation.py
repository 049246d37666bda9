"""Contracts in words: their state, their days, how many evaluations they have."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from clais.clock import today
from clais.text import lower_first
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.formatting import exact_day, lateness, relative_day, short_day
from clais.workflow import StateChange
from tenants.contracts.choices import END_REASONS, OUTCOMES, WITHDRAWAL_REASONS
from tenants.contracts.models import ContractEvaluation, IntegrationContract
from tenants.contracts.rules.figures import Figures
from tenants.contracts.workflow import CONTRACT

REASONS = END_REASONS | WITHDRAWAL_REASONS


def last_day(contract: Any) -> date:
    """The last day that a contract covers, or covered."""
    day: date = contract.ended_on or contract.ends_on
    return day


def period(contract: Any) -> str:
    """The days that a contract covers: « du 1er mars 2026 au 28 février 2027 »."""
    return _("from %(first)s to %(last)s", first=exact_day(contract.starts_on), last=exact_day(last_day(contract)))


def state_of(contract: Any, figures: Figures) -> tuple[str, str]:
    """Where a contract stands, and the kind of its tag."""
    if contract.state == "running":
        return _running(contract, today(), figures)
    if contract.state != "issued":
        return lower_first(_(CONTRACT.states[contract.state])), "wait" if contract.state == "decided" else ""
    until = figures.thought_until(contract.issued_on)
    if until >= today():
        return _("to think over until %(day)s", day=short_day(until)), ""
    return _("to sign"), "wait"


def _running(contract: Any, day: date, figures: Figures) -> tuple[str, str]:
    if contract.ends_on < day:
        return _("term passed"), "late"
    if (contract.ends_on - day).days <= figures.notice:
        return _("ends soon"), "wait"
    if contract.starts_on > day:
        return _("begins on %(day)s", day=short_day(contract.starts_on)), ""
    return lower_first(_(CONTRACT.states[contract.state])), "done"


def progress(number: int, held: int, in_person: int, figures: Figures) -> str:
    """« 1 évaluation faite sur 3 ; 1 en présence, il en faut 2 »."""
    if not number:
        return _("no evaluation planned")
    done = ngettext(
        "%(num)d evaluation of %(number)s held", "%(num)d evaluations of %(number)s held", held, number=number
    )
    wanted = figures.in_person_of(number)
    if in_person >= wanted:
        return done
    return done + _("; %(held)s face to face, %(wanted)s needed", held=in_person, wanted=wanted)


def must_be_in_person(evaluation: ContractEvaluation, every: Sequence[ContractEvaluation], figures: Figures) -> bool:
    """Whether too few would be face to face if this one were not."""
    counted = [other for other in every if other.state != "dropped"]
    others = [other for other in counted if other.id != evaluation.id]
    possible = sum(bool(other.in_person) or other.state == "planned" for other in others)
    return possible < figures.in_person_of(len(counted))


@dataclass(frozen=True, slots=True)
class EvaluationLine:
    """One evaluation of a contract, as a row."""

    evaluation: ContractEvaluation
    title: str
    why: str
    tag: str
    kind: str

    @property
    def is_planned(self) -> bool:
        return self.evaluation.state == "planned"

    @property
    def is_late(self) -> bool:
        return self.kind == "late"


def evaluation_line(evaluation: ContractEvaluation, number: int, *, followed: bool) -> EvaluationLine:
    """The row of an evaluation among `number`; in a file that is not `followed`, nothing is late."""
    title = _("Evaluation %(rank)s of %(number)s", rank=evaluation.rank, number=number)
    if evaluation.state == "held" and evaluation.held_on and evaluation.outcome:
        how = _("face to face") if evaluation.in_person else _("at a distance")
        why = _(
            "%(outcome)s · %(day)s, %(how)s, %(name)s",
            outcome=_(OUTCOMES[evaluation.outcome][0]),
            day=exact_day(evaluation.held_on),
            how=how,
            name=evaluation.held_by,
        )
        return EvaluationLine(evaluation, title, why, _("held"), "done")
    why = _("by %(day)s", day=exact_day(evaluation.planned_on, weekday=True))
    if evaluation.state == "dropped":
        return EvaluationLine(evaluation, title, why, _("no longer to be held"), "")
    if followed and evaluation.planned_on < today():
        return EvaluationLine(evaluation, title, why, lateness(evaluation.planned_on), "late")
    return EvaluationLine(evaluation, title, why, relative_day(evaluation.planned_on), "")


def number_of(evaluations: Sequence[ContractEvaluation]) -> int:
    """How many evaluations count."""
    return sum(evaluation.state != "dropped" for evaluation in evaluations)


def facts(contract: IntegrationContract) -> list[tuple[str, str | None]]:
    """What is known of a contract, as (label, value)."""
    decided = exact_day(contract.decided_on)
    if contract.decided_by:
        decided = _("%(day)s, %(name)s", day=decided, name=contract.decided_by)
    return [
        (_("Decided on"), decided),
        (_("Given to the person on"), exact_day(contract.issued_on) if contract.issued_on else _("not yet")),
        (_("Signed on"), exact_day(contract.signed_on) if contract.signed_on else _("not yet")),
    ]


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A step of a contract that was taken: when, what, by whom, and why."""

    when: datetime
    what: str
    who: str
    why: str


def changes(found: Sequence[StateChange]) -> list[ChangeLine]:
    """What became of a contract."""
    return [
        ChangeLine(
            change.happened_at,
            _("Taken back: %(state)s", state=lower_first(_(CONTRACT.states[change.target])))
            if change.transition == "take_back"
            else _(CONTRACT.states[change.target]),
            change.actor_name,
            " · ".join(filter(None, (_(REASONS[change.reason]) if change.reason in REASONS else "", change.comment))),
        )
        for change in found
    ]
