from collections.abc import Iterator, Sequence

from clais.workflow import Workflow
from config.documents.markdown import mermaid, page, table
from config.features import FEATURES


def states_page() -> str:
    """Every workflow: its states as a diagram, its transitions with their permission and what each asks."""
    workflows = sorted((one for feature in FEATURES for one in feature.workflows), key=lambda one: one.name)
    return page(
        "States",
        "What has a life in the house, and who moves it along. A state is written by its workflow and by nothing else.",
        *(part for workflow in workflows for part in _workflow(workflow)),
    )


def _workflow(workflow: Workflow) -> Sequence[Iterator[str]]:
    return (_head(workflow), mermaid(workflow.diagram()), _transitions(workflow))


def _head(workflow: Workflow) -> Iterator[str]:
    column = workflow.column
    yield f"## {workflow.name}"
    yield ""
    yield f"`{column.class_.__tablename__}.{column.key}`. " + ", ".join(
        f"`{code}`: {label}" for code, label in workflow.states.items()
    )


def _transitions(workflow: Workflow) -> Iterator[str]:
    return table(
        ("Transition", "From", "To", "Permission", "Asks"),
        (
            (
                f"`{one.name}`",
                ", ".join(sorted(one.sources)),
                one.target,
                f"`{one.permission}`",
                ", ".join(one.asks),
            )
            for one in workflow.transitions
        ),
    )
