"""A floor and its twin say the same for each command, so that policies are safe even if each is read as permissive."""

from alembic import op

from migrations.protection_v1 import ADMINISTERS, BETWEEN_TWO, CREDENTIAL, EMAIL, NOT_WITHDRAWN, OWN, TENANT, USER, WRITTEN_HERE
from migrations.protection_v2 import Rules, both, protect_each

revision = "0017"
down_revision = "0016"

NOBODY = "'00000000-0000-0000-0000-000000000000'"
HERE = f"active_tenant_id = {TENANT}"
NO_ADMINISTRATOR = "role <> 'federation_admin'"
SESSION = f"user_id = {USER} AND (active_tenant_id = {NOBODY} OR {HERE}) AND ({NO_ADMINISTRATOR} OR {ADMINISTERS})"
BY_ITS_AUTHOR = f"user_id = {USER} OR (user_id = {NOBODY} AND membership_id = {NOBODY})"
INSTEAD = ("floor", "own")


def between_two(inserted: str) -> Rules:
    return Rules(BETWEEN_TWO, both(BETWEEN_TWO, inserted), both(BETWEEN_TWO, NOT_WITHDRAWN), BETWEEN_TWO, BETWEEN_TWO)


def of_account(opened: str, inserted: str) -> Rules:
    return Rules(opened, both(opened, inserted), opened, opened, opened)


def for_reader(reader: str) -> Rules:
    return Rules(f"{OWN} OR {reader}", OWN, OWN, OWN, OWN)


SECRET = f"user_id = {USER} OR token_hash = {CREDENTIAL}"
RULES = {
    "referral": between_two(OWN),
    "parcel": between_two(OWN),
    "referral_event": between_two(WRITTEN_HERE),
    "referral_message": between_two(WRITTEN_HERE),
    "consent": Rules(OWN, OWN, both(OWN, NOT_WITHDRAWN), OWN, OWN),
    "withdrawal": for_reader(f"to_tenant_id = {TENANT}"),
    "membership": for_reader(f"user_id = {USER}"),
    "audit_event": Rules(OWN, both(OWN, BY_ITS_AUTHOR), OWN, OWN, OWN),
    "user_account": of_account(f"id = {USER} OR email_hash = {EMAIL}", f"NOT administers OR {ADMINISTERS}"),
    "user_session": of_account(SECRET, SESSION),
    "api_token": of_account(SECRET, f"user_id = {USER} AND {HERE} AND {NO_ADMINISTRATOR}"),
    "invitation": of_account(SECRET, f"user_id = {USER}"),
    "password_reset": of_account(SECRET, f"user_id = {USER}"),
}


def upgrade() -> None:
    # Each table in a transaction of its own, for a moment: none is held while another is waited for.
    with op.get_context().autocommit_block():
        for table, rules in RULES.items():
            protect_each(table, rules, instead=INSTEAD)
