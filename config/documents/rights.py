from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from config.documents.composed import Address, addresses, permissions
from config.documents.markdown import page, table
from config.features import FEATURES

MAY = "●"


def rights_page() -> str:
    """Roles against permissions, then what each permission opens."""
    used: dict[str, list[Address]] = defaultdict(list)
    for address in addresses():
        used[address.permission].append(address)
    return page(
        "Who may do what",
        "Roles come from `config/permissions.toml`. Whoever lacks a permission meets 403; what is another tenant's is "
        "not there: 404.",
        _matrix(),
        ["## What each permission opens"],
        *(_opened(permission, used, _moves()) for permission in sorted({*permissions().everything(), *used})),
    )


def _matrix() -> Iterator[str]:
    allowed = permissions()
    return table(
        ("Permission", *allowed.roles),
        (
            (f"`{permission}`", *(MAY if permission in allowed.of(role) else "" for role in allowed.roles))
            for permission in sorted(allowed.everything())
        ),
    )


def _moves() -> Mapping[str, set[str]]:
    moves: dict[str, set[str]] = defaultdict(set)
    for workflow in (one for feature in FEATURES for one in feature.workflows):
        for transition in workflow.transitions:
            moves[transition.permission].add(f"{workflow.name}: {transition.name}")
    return moves


def _opened(permission: str, used: Mapping[str, Iterable[Address]], moves: Mapping[str, set[str]]) -> Iterator[str]:
    yield f"### {permission}"
    yield ""
    lines = [f"- `{address}`" for address in used.get(permission, ())]
    # One name may stand in two rows of a table, with another button from each state.
    lines += [f"- transition {move}" for move in sorted(set(moves.get(permission, ())))]
    yield from lines or ["No route and no transition asks for it alone: it shows or hides a part of a page."]
