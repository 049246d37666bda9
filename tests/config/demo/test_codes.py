"""Every code in the demo's rows is one that the screens have words for."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from clais.database import Base
from clais.exchange.referrals.consent_texts import MANNERS, TEXTS
from clais.exchange.referrals.models import Consent, Referral
from clais.exchange.referrals.workflow import URGENCIES
from clais.identity.models import Membership
from clais.permissions import PermissionTable
from clais.registry.models import Partner
from config.app import PERMISSIONS
from config.demo.engine.desk import Desk
from config.demo.instruments import second_intake
from tenants.advice import choices as advice
from tenants.advice.models import AdviceAnswer
from tenants.agenda import choices as agenda
from tenants.agenda.models import Appointment
from tenants.contracts import choices as contracts
from tenants.contracts.models import ContractEvaluation, IntegrationContract
from tenants.follow_up import choices as follow_up
from tenants.follow_up.models import Contact, Note
from tenants.intake import choices as intake
from tenants.intake.models import InformationRequest, Intake
from tenants.muting import choices as muting
from tenants.muting.models import FileMuting
from tenants.orientation import choices as orientation
from tenants.orientation.models import ActionPlan, BilanAnswer, OrientationDecision, PlanEvaluation, PlanStep
from tenants.orientation.rules.dimensions import BY_CODE, DETECTED_BY
from tenants.partners import choices as partners
from tenants.people import choices as people
from tenants.people.models import Person


def words_of(question: str) -> Mapping[str, object]:
    """The codes of a question of the intake form with their words, in the version that the platforms came to."""
    asked = second_intake()
    return {choice.code: choice.label for choice in asked.choices(asked.items[question])}


CODES: list[tuple[type[Base], str, Mapping[Any, object]]] = [
    (Person, "sex", people.SEX),
    (Person, "status", people.STATUS),
    (Person, "schooling", people.SCHOOLING),
    (Person, "contact_preference", people.CONTACT_PREFERENCES),
    (Person, "registration_consent_manner", people.CONSENT_MANNERS),
    (Intake, "channel", words_of("channel")),
    (InformationRequest, "channel", intake.CHANNELS),
    (InformationRequest, "topic", intake.TOPICS),
    (InformationRequest, "answer", intake.ANSWERS),
    (InformationRequest, "age_band", intake.AGE_BANDS),
    (InformationRequest, "sex", people.SEX),
    (Contact, "channel", follow_up.CHANNELS),
    (Contact, "outcome", follow_up.OUTCOMES),
    (Note, "note_class", follow_up.NOTE_CLASSES),
    (Appointment, "purpose", agenda.PURPOSES),
    (BilanAnswer, "dimension", BY_CODE),
    (BilanAnswer, "detected_by", DETECTED_BY),
    (OrientationDecision, "direction", orientation.DIRECTIONS),
    (AdviceAnswer, "answer", advice.ANSWERS),
    (FileMuting, "reason", muting.REASONS),
    (ActionPlan, "signed_manner", orientation.SIGNED_MANNERS),
    (PlanStep, "who", orientation.WHO),
    (PlanEvaluation, "outcome", orientation.OUTCOMES),
    (IntegrationContract, "kind", contracts.KINDS),
    (ContractEvaluation, "outcome", contracts.OUTCOMES),
    (Referral, "urgency", URGENCIES),
    (Consent, "manner", MANNERS),
    (Consent, "language", TEXTS),
    (Partner, "kind", partners.KINDS),
]


@pytest.mark.parametrize(("model", "column", "words"), CODES, ids=lambda value: getattr(value, "__name__", None))
def test_a_column_holds_codes_that_the_screens_know(
    desks: list[Desk], model: type[Base], column: str, words: Mapping[Any, object]
) -> None:
    found = {row[column] for desk in desks for row in desk.ledger.read(model)} - {None}
    assert found
    assert found <= set(words)


def test_lists_hold_known_codes_too(desks: list[Desk]) -> None:
    for desk in desks:
        for row in desk.ledger.read(Intake):
            assert set(json.loads(row["request_kinds"])) <= set(words_of("request_kinds"))
            assert set(json.loads(row["urgent_needs"])) <= set(words_of("urgent_needs"))
        for row in desk.ledger.read(Person):
            assert set(json.loads(row["driving_licences"])) <= set(people.LICENCES)
            for spoken in json.loads(row["languages"]):
                assert spoken["language"] in people.LANGUAGES
                assert {spoken["spoken"], spoken["written"]} <= set(people.LEVELS)


def test_members_have_roles_of_the_permissions_table_and_each_role_is_shown(desks: list[Desk]) -> None:
    found = {row["role"] for desk in desks for row in desk.ledger.read(Membership)}
    table = PermissionTable.read(PERMISSIONS)
    assert found == set(table.roles) - {"federation_admin", "system", "candidate"}
