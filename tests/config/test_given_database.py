"""The tests run on a database that they are given, such as that of a cluster, and leave it there."""

import os
import subprocess
import sys

from tests.conftest import ROOT, TEMPLATE
from tests.isolation.test_self_assessments import OF_COLLEAGUES as TRIES
from tests.support import releases
from tests.support.given import need_copies

SOME = (
    "tests/isolation/test_self_assessments.py::test_a_coordinator_reaches_no_answer_of_a_colleague",
    "tests/isolation/test_self_assessments.py::test_a_policy_that_forgets_whose_it_is_is_found",
)


def test_what_needs_no_copy_runs_and_the_rest_says_why_not(server: str, owner_url: str) -> None:  # noqa: ARG001 - the template.
    need_copies()
    with releases.new_database(server, TEMPLATE) as url:
        command = [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", *SOME]
        variables = {**os.environ, "CLAIS_TEST_DATABASE_URL": url}
        ran = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout
    assert f"{len(TRIES)} passed, {len(TRIES)} skipped" in ran.stdout
    assert "the database of CLAIS_TEST_DATABASE_URL is not copied" in ran.stdout
