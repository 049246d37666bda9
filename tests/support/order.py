"""Which tests go together to one worker, and which go first, so that the workers of a run end together.

The tests of a file go to one worker, so that what a module makes is made once. xdist's own groups are not used: since
pytest 9.2 their mark is passed over in silence (pytest-dev/pytest-xdist#1386).
"""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

TOGETHER = {
    # They start and kill processes, and mostly wait: the other workers have the machine meanwhile.
    "killed": (
        "tests/chaos/",
        "tests/browser/test_database_away.py",
        "tests/clais/database/test_embedded.py",
        "tests/clais/database/test_killed_server.py",
        "tests/clais/scheduling/test_killed_while_sending.py",
        "tests/clais/scheduling/test_killed_workers.py",
        "tests/config/test_demo.py",
        "tests/config/test_development.py",
        "tests/config/test_half_open.py",
        "tests/config/test_serving.py",
        "tests/tenants/test_killed_in_the_middle.py",
    ),
    # They go through every tenant of their database: the fewer tests have made some, the faster.
    "every_tenant": (
        "tests/clais/audit/test_sealing.py",
        "tests/clais/scheduling/test_runs.py",
        "tests/clais/scheduling/test_sweep.py",
        "tests/config/test_keys.py",
        "tests/config/test_mail_commands.py",
        "tests/config/test_people_commands.py",
        "tests/config/test_trail_commands.py",
    ),
    "lived_world": (
        "tests/browser/test_by_keyboard.py",
        "tests/browser/test_error_pages.py",
        # It makes a world of its own, and shows pages that axe has judged for the others.
        "tests/browser/test_every_page.py",
        "tests/browser/test_every_route.py",
        "tests/browser/test_forms_with_errors.py",
        "tests/browser/test_long_words.py",
        "tests/browser/test_menus.py",
    ),
    "demo": ("tests/config/demo/",),
}
"""By what is dear for them, the files that share it. What is begun first comes first."""


def unit(test: str) -> str:
    """What goes to one worker as a whole: the group of a test that is named by its node id, or its file."""
    file = test.partition("::")[0]
    return next((name for name, files in TOGETHER.items() if file.startswith(files)), file)


class Scheduling(LoadScopeScheduling):
    """Hands each free worker the next unit, in the order in which tests were collected."""

    def _split_scope(self, nodeid: str) -> str:
        return unit(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    """Distribute units."""
    # The order is that of `pytest_collection_modifyitems`, and not by the number of tests.
    config.option.loadscopereorder = False
    return Scheduling(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the groups, then with files that need a browser: the last units of a run are short."""
    if hasattr(config, "workerinput"):
        items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    names = list(TOGETHER)
    group = unit(item.nodeid)
    if group in names:
        return names.index(group)
    return len(names) + (item.get_closest_marker("browser") is None)
