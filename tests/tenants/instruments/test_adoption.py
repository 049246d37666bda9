"""What a platform reads of the instruments of its basin, adopts, and asks to wait with."""

from dataclasses import dataclass, replace

import pytest
from sqlalchemy import Engine, select

from clais.audit.models import AuditEvent
from clais.exchange.adoptions.models import InstrumentAdoption
from clais.exchange.adoptions.queries import adoption_of
from clais.web.routing import Application
from tests.support.federation import Browser, Federation, Member
from tests.support.instruments import ASKED, THEN, Centre, a_centre
from tests.support.pages import plain
from tests.tenants.questionnaires.rooms import ahead

SHELF = "/outils-du-bassin"
NEXT = replace(ASKED, label={"fr": "Combien d'enfants vivent avec vous ?"})


@dataclass
class Platform:
    """A platform whose centre has an instrument."""

    centre: Centre
    coordinator: Member
    browser: Browser

    def page(self, path: str = "") -> str:
        return plain(self.browser.get(f"{SHELF}{path}").get_data(as_text=True))

    def adopt(self, version: object, status: int = 303) -> None:
        self.browser.post(f"{SHELF}/{version}/adoption", status=status)

    @property
    def row(self) -> InstrumentAdoption:
        with self.coordinator.at_work() as session:
            return session.scalars(select(InstrumentAdoption)).one()


@pytest.fixture
def platform(federation: Federation) -> Platform:
    coordinator = federation.member(federation.platform, "coordinator", "Nadia Lambert")
    return Platform(a_centre(federation), coordinator, coordinator.browser())


def test_a_platform_adopts_what_is_published_and_goes_back_by_adopting_the_other(platform: Platform) -> None:
    first = platform.centre.publish(ahead(-90))
    assert "Pas encore en usage ici." in platform.page()
    platform.adopt(first)
    assert "La version 1 est en usage ici depuis le" in platform.page()
    assert "à jour" in platform.page()
    second = platform.centre.publish(ahead(9), NEXT)
    assert "La version 2 est publiée depuis le" in platform.page()
    platform.adopt(second)
    assert (platform.row.number, platform.row.adopted_by) == (2, "Nadia Lambert")
    platform.adopt(first)
    assert (platform.row.number, platform.row.instrument_version_id) == (1, first)
    with platform.coordinator.at_work() as session:
        kept = select(AuditEvent.verb).where(AuditEvent.subject_id == platform.row.id)
        assert session.scalars(kept).all() == ["instrument.adopt"] * 3
    trail = platform.browser.get("/journal-des-acces").get_data(as_text=True).replace("&#39;", "'")
    assert trail.count("a adopté une version d'un outil") == 3


def test_adopting_what_one_has_changes_nothing(platform: Platform) -> None:
    first = platform.centre.publish(ahead(9))
    platform.adopt(first)
    before = platform.row.version
    platform.adopt(first)
    assert platform.row.version == before


def test_a_platform_that_is_late_reads_by_how_much(platform: Platform) -> None:
    platform.adopt(platform.centre.publish(ahead(-90)))
    platform.centre.publish(ahead(-24), NEXT)
    page = platform.page()
    assert "24 jours de retard" in page or "24 j de retard" in page
    assert "Lire et adopter" in page


def test_what_a_version_asks_is_read_in_words(platform: Platform) -> None:
    version = platform.centre.publish(ahead(9), ASKED, THEN)
    page = platform.page(f"/{version}")
    assert "Qui les garde ?" in page
    assert "Montrée si « 1. Combien d'enfants ? » est au moins 1" in page
    assert "Qui les garde ?" in platform.page(f"/{version}/papier")


def test_what_changes_is_told_against_the_version_in_use_here(platform: Platform) -> None:
    first = platform.centre.publish(ahead(-90))
    platform.adopt(first)
    second = platform.centre.publish(ahead(9), NEXT, THEN)
    page = platform.page(f"/{second}/changements")
    assert "Ce qui change depuis la version 1" in page
    assert "Reformulée, se compare" in page
    assert "Nouvelle" in page
    assert "C'est la version en usage ici." in platform.page(f"/{first}/changements")


def test_a_version_in_review_is_read_and_not_adopted(platform: Platform) -> None:
    version = platform.centre.send()
    assert "version 1 en relecture jusqu'au" in platform.page()
    page = platform.page(f"/{version}")
    assert "ne s'adopte pas encore" in page
    assert "Adopter" not in page
    platform.adopt(version, status=409)


def test_a_draft_is_not_there(platform: Platform) -> None:
    assert "Le centre d'appui n'a pas encore publié d'outil." in platform.page()
    version = platform.centre.send()
    platform.centre.take_back(version)
    platform.browser.get(f"{SHELF}/{version}", status=404)


def test_an_exception_says_why_and_until_when_and_ends_with_the_adoption(platform: Platform) -> None:
    version = platform.centre.publish(ahead(-24))
    form = f"{SHELF}/exceptions/{platform.centre.instrument}"
    given = {"exception_reason": "Deux agents en formation.", "exception_until": f"{ahead(20):%d/%m/%Y}"}
    platform.browser.post(form, {"_version": "none", "exception_reason": ""}, status=422)
    past = given | {"exception_until": f"{ahead(-1):%d/%m/%Y}"}
    assert "Ce jour est passé." in platform.browser.post(form, {"_version": "none"} | past).get_data(as_text=True)
    platform.browser.post(form, {"_version": "none"} | given, status=303)
    assert "exception jusqu'au" in platform.page()
    assert platform.row.number is None
    platform.browser.post(form, {"_version": "none"} | given, status=409)
    platform.adopt(version)
    assert (platform.row.exception_until, platform.row.exception_reason) == (None, None)
    current = f"{platform.row.id.hex}-{platform.row.version}"
    platform.browser.post(form, {"_version": current} | given, status=422)


def test_of_two_who_begin_at_once_one_is_second(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second looked before the first had written: nothing is said over what the first one said."""
    version = platform.centre.publish(ahead(-24))
    form = f"{SHELF}/exceptions/{platform.centre.instrument}"
    given = {"exception_reason": "Deux agents en formation.", "exception_until": f"{ahead(20):%d/%m/%Y}"}
    platform.browser.post(form, {"_version": "none"} | given, status=303)
    seen = [None, *[platform.row] * 3]
    monkeypatch.setattr("tenants.instruments.views.versions.adoption_of", lambda *_about, **_held: seen.pop(0))
    late = platform.browser.post(form, {"_version": "none"} | given | {"exception_reason": "Rien."}, status=409)
    assert "Deux agents en formation." in late.get_data(as_text=True)
    assert platform.row.exception_reason == "Deux agents en formation."
    monkeypatch.undo()
    found: list[object] = [None]
    real = adoption_of
    monkeypatch.setattr(
        "tenants.instruments.actions.adoption_of",
        lambda *about, **held: found.pop() if found else real(*about, **held),
    )
    platform.adopt(version)
    assert platform.row.number == 1


@pytest.mark.parametrize(("adopt_by", "reminded"), [(-3, True), (14, True), (15, False)])
def test_the_day_of_a_coordinator_reminds_of_what_comes_near(platform: Platform, adopt_by: int, reminded: bool) -> None:
    platform.centre.publish(ahead(adopt_by))
    assert ("Lire et adopter" in platform.browser.get("/ma-journee").get_data(as_text=True)) is reminded


def test_an_agent_reads_and_a_receptionist_does_not(platform: Platform, federation: Federation) -> None:
    version = platform.centre.publish(ahead(9))
    agent = federation.agent().browser()
    assert "Adopter" not in agent.get(f"{SHELF}/{version}").get_data(as_text=True)
    agent.post(f"{SHELF}/{version}/adoption", status=403)
    agent.get(f"{SHELF}/exceptions/{platform.centre.instrument}", status=403)
    desk = federation.member(federation.platform, "receptionist").browser()
    desk.get(SHELF, status=403)


def test_another_basin_reads_nothing(platform: Platform, app: Application, engine: Engine) -> None:
    version = platform.centre.publish(ahead(9))
    stranger = Federation(app, engine).agent().browser()
    stranger.get(f"{SHELF}/{version}", status=404)
    stranger.get(f"{SHELF}/{version}/papier", status=404)
    assert "Le centre d'appui n'a pas encore publié d'outil." in stranger.get(SHELF).get_data(as_text=True).replace(
        "&#39;", "'"
    )
