from clais.exchange.practice.models import PracticeQuestion
from clais.translation import N_
from clais.workflow import Transition, Workflow

ASK, TELL = "practice.ask", "practice.tell"
OPEN = frozenset({"asked", "reopened"})
"""The states in which an answer of the centre is waited for."""

QUESTION = Workflow(
    name="practice_question",
    column=PracticeQuestion.state,
    initial="asked",
    states={
        "asked": N_("Asked"),
        "answered": N_("Answered"),
        "closed": N_("Closed"),
        "reopened": N_("Asked again"),
    },
    transitions=(
        Transition("answer", OPEN, "answered", TELL),
        Transition("close", frozenset({"asked", "answered", "reopened"}), "closed", ASK, N_("Close this question")),
        Transition("reopen", frozenset({"answered", "closed"}), "reopened", ASK, N_("Ask again")),
    ),
)
"""The life of a question. Its platform alone writes it: the answer is the centre's, a job notes that it is there."""
