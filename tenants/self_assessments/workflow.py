from datetime import time
from uuid import uuid4

from clais.actor import Actor
from clais.clock import today
from clais.database import Base
from clais.dates import moment_of
from clais.translation import N_
from clais.workflow import StateChange, Transition, Workflow, log_in_tenant
from tenants.self_assessments.models import SelfAssessment

WRITE, LEAD = "assessment.write", "assessment.lead"


def log_nobody(
    subject: SelfAssessment, transition: Transition, source: str, actor: Actor, reason: str | None, comment: str | None
) -> Base:
    """The log of a transition; that of one's own names nobody: colleagues read how many there are, not who.

    It has the day and no moment, in its key neither: those of several are in no order beside the ballots.
    """
    if not subject.is_own:
        return log_in_tenant(subject, transition, source, actor, reason, comment)
    return StateChange(
        id=uuid4(),
        happened_at=moment_of(today(), time.min),
        subject_type=subject.__tablename__,
        subject_id=subject.id,
        transition=transition.name,
        source=source,
        target=transition.target,
        actor_name="",
    )


SELF_ASSESSMENT = Workflow(
    name="self_assessment",
    column=SelfAssessment.state,
    initial="open",
    states={"open": N_("Being filled in"), "finished": N_("Filled in")},
    transitions=(
        Transition("finish", frozenset({"open"}), "finished", WRITE),
        Transition("conclude", frozenset({"open"}), "finished", LEAD),
        Transition("correct", frozenset({"finished"}), "open", LEAD, N_("Go on answering")),
    ),
    log=log_nobody,
)
"""A member finishes their own for good: what they chose is counted then. That of a platform is concluded by who leads
it, and corrected on the day it was concluded.
"""
