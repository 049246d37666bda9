"""A desk with a draft, for the tests of instruments."""

import pytest

from tests.support.federation import Federation
from tests.support_center.test_instruments import Desk, begun


@pytest.fixture
def desk(federation: Federation) -> Desk:
    """A trainer with a draft of one section, and a supervisor."""
    trainer = federation.member(federation.support_centre, "trainer", "Christine Dupuis")
    supervisor = federation.member(federation.support_centre, "supervisor", "Paul Renard")
    found = Desk(trainer, trainer.browser(), supervisor.browser())
    found.version = begun(found.author, "Bilan", "bilan")
    section = {"label": "Situation", "id": "situation"}
    found.author.post(f"{found.address}/nouvelle-rubrique", section, status=303)
    return found
