"""A platform tries a version out before it adopts it, and says what it thinks of one in review."""

import re
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine

from clais.clock import today
from clais.web.routing import Application
from tests.support.federation import Browser, Federation
from tests.support.instruments import ASKED, THEN, Centre, a_centre
from tests.support.statements import statements

NEEDED = replace(THEN, required=True)


@pytest.fixture
def centre(federation: Federation) -> Centre:
    return a_centre(federation)


@pytest.fixture
def coordinator(federation: Federation) -> Browser:
    return federation.member(federation.platform, "coordinator").browser()


def trial(version: UUID, *after: str) -> str:
    return "/".join(("/outils-du-bassin", str(version), "essai", *after))


def read(page: str) -> str:
    return re.sub(r"\s+", " ", page.replace("&#39;", "'"))


def test_a_condition_shows_its_question_and_what_is_missing_is_said(centre: Centre, coordinator: Browser) -> None:
    version = centre.send(ASKED, NEEDED)
    assert 'data-item="garde" hidden' in coordinator.get(trial(version)).get_data(as_text=True)
    shown = coordinator.post(trial(version, "visibles"), {"enfants": "2"}, status=200).get_json()
    assert shown == ["enfants", "garde"]
    assert coordinator.post(trial(version, "visibles"), {"enfants": "0"}, status=200).get_json() == ["enfants"]
    page = read(coordinator.post(trial(version), {"enfants": "2"}, status=422).get_data(as_text=True))
    assert "Répondez à cette question." in page
    assert 'data-item="garde" hidden' not in page
    assert 'value="2"' in page


def test_what_is_tried_is_kept_nowhere(engine: Engine, centre: Centre, coordinator: Browser) -> None:
    version = centre.publish(today() + timedelta(days=90), ASKED, NEEDED)
    with statements(engine) as sent:
        coordinator.post(trial(version), {"enfants": "2", "garde": "yes"})
        coordinator.post(trial(version, "visibles"), {"enfants": "2"}, status=200)
    written = {line.split()[2] for line in sent if line.startswith("INSERT")}
    assert not {name for name in written if "instrument" in name or "filling" in name}
    page = coordinator.get(trial(version)).get_data(as_text=True)
    assert "Il pourrait se terminer ainsi." in page
    assert 'value="2"' not in page


def test_a_remark_on_a_version_in_review_begins_with_its_title(centre: Centre, coordinator: Browser) -> None:
    published = centre.publish(today() + timedelta(days=90))
    version = centre.send(ASKED, THEN)
    page = coordinator.get(f"/outils-du-bassin/{version}").get_data(as_text=True)
    address = f"/echange/questions/nouvelle?a_propos={version}"
    assert address in page
    assert "À propos de Bilan, version 2" in read(coordinator.get(address).get_data(as_text=True))
    assert "a_propos" not in coordinator.get(f"/outils-du-bassin/{published}").get_data(as_text=True)


def test_a_draft_and_what_is_of_another_basin_are_not_tried(
    centre: Centre, coordinator: Browser, app: Application, engine: Engine
) -> None:
    version = centre.send()
    elsewhere = Federation(app, engine)
    stranger = elsewhere.member(elsewhere.platform, "coordinator").browser()
    assert "Combien d'enfants" in read(coordinator.get(trial(version)).get_data(as_text=True))
    refused = [stranger.get(trial(version), status=404), stranger.post(trial(version, "visibles"), {}, status=404)]
    remark = stranger.get(f"/echange/questions/nouvelle?a_propos={version}")
    centre.take_back(version)
    refused.append(coordinator.get(trial(version), status=404))
    assert not any("enfants" in page.get_data(as_text=True) for page in refused)
    assert "À propos" not in remark.get_data(as_text=True)
