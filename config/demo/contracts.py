"""Contracts (PIIS) with those who have the integration income: decided, issued, signed, evaluated, renewed."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from clais.dates import months_after, working_day_on_or_before, working_days_after
from config.demo.engine.dice import Dice
from config.demo.engine.history import History
from config.demo.engine.voice import Voice
from tenants.contracts.models import ContractEvaluation, IntegrationContract
from tenants.contracts.rules.figures import Figures, figures_in
from tenants.contracts.rules.planning import evaluation_days
from tenants.contracts.workflow import CONTRACT, EVALUATION

_SHARE, _LATE, _IN_PERSON = 0.62, 0.12, 0.85
_BODIES = ("Comité spécial du service social", "Comité spécial", "Conseil de l'action sociale")
_OUTCOMES = {"on_track": 60, "adapt": 28, "difficult": 12}


def contracts(history: History) -> None:
    """The contracts of an open file with the integration income, with dice of their own; most of them have one."""
    began = history.timeline.day_of("begin_orientation")
    dice = Dice(f"{history.key}/contracts")
    if history.person.values["status"] != "integration_income" or not history.is_open or began is None:
        return
    if history.in_story:  # What waits in their files is told by the story.
        return
    if dice.chance(_SHARE):
        decided: date | None = working_days_after(began, dice.randint(3, 15))
        while decided is not None and decided <= history.desk.yesterday:
            decided = _Contract(history, dice, decided).write()


@dataclass(slots=True)
class _Contract:
    history: History
    dice: Dice
    decided: date
    state: str = CONTRACT.initial
    key: UUID = field(init=False)
    rules: Figures = field(init=False)

    @property
    def voice(self) -> Voice:
        """Sentences about the person, with the dice of their contracts."""
        values = self.history.person.values
        return Voice(self.dice, values["sex"], values["given_names"], self.history.project["into"])

    def write(self) -> date | None:
        """Write it as far as it came by yesterday; gives the day on which the next one is decided, if one is."""
        history, dice, last = self.history, self.dice, self.history.desk.yesterday
        decided_at = self._moment(self.decided)
        self.key = dice.key(decided_at)
        starts = months_after(self.decided.replace(day=1), 1)
        ends = months_after(starts, 12) - timedelta(days=1)
        self.rules = figures_in({}, starts)
        issued: date | None = working_days_after(self.decided, dice.randint(1, 6))
        signed: date | None = None
        if issued and issued <= last:
            self._step(issued, "issue")
            signed = working_days_after(self.rules.thought_until(issued), dice.randint(1, 4))
        else:
            issued = None
        if signed and signed <= last:
            self._step(signed, "sign")
        else:
            signed = None
        kind = dice.pick({"piis": 70, "piis_training": 20, "piis_student": 10})
        days = evaluation_days(starts, ends, self.rules.a_year, {}) if signed else []
        is_over = signed is not None and ends < last
        for rank, day in enumerate(days, start=1):
            self._evaluation(rank, day, signed or starts, is_last=day == days[-1] and not is_over)
        if is_over:
            self._step(working_days_after(ends, 1), "end", "renewed")
        history.desk.ledger.add(
            IntegrationContract, dice, decided_at, id=self.key, person_id=history.key, kind=kind, state=self.state,
            decided_on=self.decided, decided_by=dice.choice(_BODIES), starts_on=starts, ends_on=ends, issued_on=issued,
            signed_on=signed, signed_manner="paper" if signed else None, ended_on=ends if is_over else None,
        )  # fmt: skip
        return working_day_on_or_before(ends - timedelta(days=dice.randint(20, 40))) if signed else None

    def _moment(self, day: date) -> datetime:
        received = self.history.received_at or self.history.timeline.arrived
        return max(self.dice.office_moment(day), received + timedelta(minutes=15))

    def _step(self, day: date, name: str, reason: str | None = None) -> None:
        moment, who = self._moment(day), self.history.referent
        self.state = self.history.desk.step(
            self.dice, moment, who, CONTRACT, "integration_contract", self.key, name, self.state, reason
        )

    def _evaluation(self, rank: int, day: date, signed: date, *, is_last: bool) -> None:
        """One evaluation: held by its day, unless it is to come, or late with an agent who is behind."""
        history, dice = self.history, self.dice
        planned_at = self._moment(signed)
        key, state, held_on = dice.key(planned_at), EVALUATION.initial, None
        may_be_late = is_last and not history.up_to_date
        if day <= history.desk.yesterday and not (may_be_late and dice.chance(_LATE)):
            held_on = working_day_on_or_before(max(day - timedelta(days=dice.randint(0, 8)), signed))
            state = history.desk.step(
                dice, self._moment(held_on), history.referent, EVALUATION, "contract_evaluation", key, "hold", state
            )
        outcome = dice.pick(_OUTCOMES) if held_on else None
        history.desk.ledger.add(
            ContractEvaluation, dice, planned_at, id=key, contract_id=self.key, person_id=history.key, rank=rank,
            planned_on=day, state=state, held_on=held_on, held_by=history.referent.name if held_on else None,
            in_person=dice.chance(_IN_PERSON) if held_on else None, outcome=outcome,
            comment=self.voice.say("contracts", outcome) if outcome and dice.chance(0.8) else None,
        )  # fmt: skip
