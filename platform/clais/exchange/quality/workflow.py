from clais.exchange.quality.models import QualityReply, QualityRequest
from clais.translation import N_
from clais.workflow import Transition, Workflow

ASK, ANSWER = "quality.ask", "quality.answer"

REQUEST = Workflow(
    name="quality_request",
    column=QualityRequest.state,
    initial="asked",
    states={"asked": N_("To be drawn"), "closed": N_("Closed by the supervisor")},
    transitions=(Transition("close", frozenset({"asked"}), "closed", ASK, N_("Close this request")),),
)
"""What the centre does with its request."""

REPLY = Workflow(
    name="quality_reply",
    column=QualityReply.state,
    initial="received",
    states={
        "received": N_("To be drawn"),
        "drawn": N_("Drawn by chance"),
        "answered": N_("Answered"),
        "declined": N_("Not answered, with a reason"),
    },
    transitions=(
        Transition("draw", frozenset({"received"}), "drawn", ANSWER, N_("Draw by chance")),
        Transition("answer", frozenset({"drawn"}), "answered", ANSWER, N_("Send the summaries")),
        Transition("decline", frozenset({"received", "drawn"}), "declined", ANSWER, N_("Decline this request")),
    ),
)
"""What the platform does with it: each party writes its own row. What is drawn is drawn once."""
