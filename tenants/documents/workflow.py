from clais.translation import N_
from clais.workflow import Transition, Workflow
from tenants.documents.models import Paper

READ, WRITE = "document.read", "document.write"
BRING = "document.bring"
"""Of who holds a link: to send the one document that it asks for."""
SCAN = "document.scan"
"""Of the worker, which has files scanned that came while the scanner gave no answer."""

VALID = ("accepted", "signed")
KEPT = ("received", "accepted", "signed", "refused", "replaced")
"""The states in which a document has its files."""

PAPER = Workflow(
    name="paper",
    column=Paper.state,
    initial="asked",
    states={
        "asked": N_("Asked for"),
        "received": N_("Received"),
        "accepted": N_("Accepted"),
        "signed": N_("Signed elsewhere"),
        "refused": N_("Refused"),
        "replaced": N_("Replaced"),
        "removed": N_("Removed"),
    },
    transitions=(
        Transition("receive", frozenset({"asked"}), "received", WRITE),
        Transition("bring", frozenset({"asked"}), "received", BRING),
        Transition("sign_elsewhere", frozenset({"asked"}), "signed", WRITE),
        Transition("accept", frozenset({"received"}), "accepted", WRITE, N_("Accept")),
        Transition("refuse", frozenset({"received"}), "refused", WRITE, N_("Refuse it…"), asks=("reason",)),
        Transition("find_virus", frozenset({"received", "accepted", "signed"}), "refused", SCAN, asks=("reason",)),
        Transition("look_again", frozenset({"accepted", "refused"}), "received", WRITE, N_("Look at it again")),
        Transition("replace", frozenset({"accepted", "signed", "refused"}), "replaced", WRITE),
        Transition(
            "remove",
            frozenset({"asked", "received", "accepted", "signed", "refused", "replaced"}),
            "removed",
            WRITE,
            N_("Remove the document"),
        ),
    ),
)
"""A document of a person. What is brought without having been asked for is asked for and received in one act. Of one
that is removed the files are erased, and the trail keeps that it was there."""
