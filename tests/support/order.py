"""Which tests go together to one worker, and which go first, so that the workers of a run end together."""

import pytest

DEAR = ("lived_world", "marked", "demo", "desks", "accounts")
"""Fixtures of a session or a module that take seconds to make: the tests that share one share a worker."""
GROUP = "xdist_group"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Group tests by what is dear to make for them, and begin with those of a browser: the last ones are short."""
    for item in items:
        shared = next((name for name in DEAR if name in getattr(item, "fixturenames", ())), None)
        if shared and item.get_closest_marker(GROUP) is None:
            item.add_marker(pytest.mark.xdist_group(shared))
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    """What waits for other processes is begun first, then what is long."""
    group = item.get_closest_marker(GROUP)
    if group is not None:
        return 0 if group.args == ("killed",) else 1
    return 2 if item.get_closest_marker("browser") else 3
