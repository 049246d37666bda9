"""What a file offers to the platform that may take it over: more than a scheme is told, and nothing that is sealed."""

from collections.abc import Iterator

from clais.actor import Actor
from clais.database import ScopedSession
from clais.exchange.referrals.parcels import APPOINTMENTS, FIELDS, PLAN, Offer
from clais.text import lower_first
from clais.translation import gettext as _
from clais.web.formatting import exact_day
from tenants.agenda import queries as agenda
from tenants.agenda.choices import PURPOSES
from tenants.agenda.rows import moment_in_words
from tenants.orientation import queries as orientation
from tenants.orientation.models import PlanStep
from tenants.people.models import Person
from tenants.referrals.offers import offers


def transfer_offers(session: ScopedSession, person: Person, actor: Actor) -> list[Offer]:
    """Every fact of a file that may go on with it, in the order of the screen."""
    return [*offers(session, person, actor), *_plan(session, person), *_appointments(session, person)]


def _plan(session: ScopedSession, person: Person) -> Iterator[Offer]:
    """The objectives of the open plan with the steps that are still to do; not those whose text is sealed."""
    plan = orientation.current_plan(session, person.id)
    objectives = []
    lines = []
    for objective, steps in orientation.plan_content(session, plan) if plan else ():
        waiting = [step for step in steps if step.state == "to_do"]
        if objective.text_withheld_at is not None or (steps and not waiting):
            continue
        objectives.append(
            {
                "text": objective.text,
                "dimension": objective.dimension,
                "steps": [
                    {"text": step.text, "who": step.who, "due_on": step.due_on.isoformat() if step.due_on else None}
                    for step in waiting
                ],
            }
        )
        lines += [objective.text, *(f"– {_step(step)}" for step in waiting)]
    if objectives:
        yield Offer(PLAN, _(FIELDS[PLAN].label), objectives, "\n".join(lines))


def _step(step: PlanStep) -> str:
    if step.due_on is None:
        return step.text
    return _("%(step)s, by %(day)s", step=step.text.rstrip("."), day=exact_day(step.due_on))


def _appointments(session: ScopedSession, person: Person) -> Iterator[Offer]:
    """The appointments to come: the platform that gives the file on calls them off when it is taken over."""
    coming = agenda.appointments_to_come(session, person.id)
    if coming:
        lines = [
            _(
                "%(when)s, %(purpose)s, with %(name)s",
                when=moment_in_words(each.starts_at),
                purpose=lower_first(_(PURPOSES.get(each.purpose, each.purpose))),
                name=each.agent_name,
            )
            for each in coming
        ]
        value = [each.starts_at.isoformat() for each in coming]
        yield Offer(APPOINTMENTS, _(FIELDS[APPOINTMENTS].label), value, "\n".join(lines))
