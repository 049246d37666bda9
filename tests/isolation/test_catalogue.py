"""The server's catalogue shows every table protected, keyed by tenant, and granted no more than needed."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from clais.database import NIL, TableKind
from config.features import KINDS, METADATA, tables_of_kind
from tests.isolation.catalogue import faulty_database

TENANT = "tenant_id=current_setting'app.tenant_id'::uuid"
BASIN = "basin_id=current_setting'app.basin_id'::uuid"
USER = "current_setting'app.user_id'::uuid"
CREDENTIAL = "user_id=" + USER + "ORtoken_hash=decodecurrent_setting'app.credential_hash','hex'"
CONSENT = "withdrawn_atISNULLANDconsent_until>now"
TWO_PARTIES = f"{TENANT}ORto_{TENANT}AND{CONSENT}"
COUNTED = f"{TENANT}AND{BASIN}"
PUBLISHED = f"owner_{COUNTED}"
DRAFTS_APART = f"{BASIN}ANDstate<>'draft'ORowner_{TENANT}"
"""What the basin reads of cards and schemes: a draft is its centre's alone."""
ADMINISTERS = "current_setting'app.administers'='yes'"

REGISTRY = tables_of_kind(TableKind.REFERENCE)
UNSCOPED = {*tables_of_kind(TableKind.LOCAL), "alembic_version"}
OF_NO_TENANT = {TableKind.REFERENCE, TableKind.LOCAL, TableKind.PERSON}
TOLD_TO_ANOTHER = {
    "withdrawal",
    "instrument_adoption",
    "card_reading",
    "practice_question",
    "practice_answer",
    "document_use",
    "registration",
    "course_seat",
    "certificate",
} | {
    "certificate_evidence", "quality_request", "quality_reply", "quality_summary", "assessment_ballot",
    "assessment_notice", "trial_count", "spotting_count", "presence_summary",
}  # fmt: skip
"""What a tenant tells another one: it reads, and never writes."""
BETWEEN_TWO = tables_of_kind(TableKind.CROSSING) - TOLD_TO_ANOTHER
"""The only tables whose floor is the OR of two tenants."""
WITHDRAWN_ONCE = {**dict.fromkeys(BETWEEN_TWO, TWO_PARTIES), "consent": TENANT}
"""What is withdrawn is not changed any more; the rows that are written are those of the floor."""
NEW_ROWS = {
    "referral": TENANT,
    "parcel": TENANT,
    "referral_event": f"by_{TENANT}",
    "referral_message": f"by_{TENANT}",
}
"""Whose the new rows of a table between two are: the sender's, or those of the party that signs them."""
NUMBER = "number_hash=decodecurrent_setting'app.credential_hash','hex'"
READ_BY_ANOTHER = {
    "membership": "user_id=" + USER,
    **dict.fromkeys(TOLD_TO_ANOTHER, f"to_{TENANT}"),
    "certificate": f"to_{TENANT}OR{NUMBER}",
    "presence_summary": f"to_{TENANT}ANDconsent_until>now",
}
ACCOUNTS = {
    "user_account": "id=" + USER + "ORemail_hash=decodecurrent_setting'app.email_hash','hex'",
    "user_session": CREDENTIAL,
    "invitation": CREDENTIAL,
    "password_reset": CREDENTIAL,
    "api_token": CREDENTIAL,
}
OWN_ACCOUNT = {
    "self_assessment_answer": "user_idISNULLORuser_id=" + USER,
    "own_task": "person_idISNOTNULLORuser_id=" + USER,
}
"""Tables of a tenant in which a row of somebody's own is read and written by their account alone."""
UNTIL_ITS_TIME = {"draft": f"user_id={USER}OR{USER}='{NIL}'::uuidANDends_at<=now"}
"""The same, where the worker, which has no account, finds and erases a row whose time is over."""
INDEXES_OF_ANOTHER_PARTY = {
    "ix_referral_inbox",
    *("ix_referral_news_due", "ix_referral_received"),
    "ix_referral_event_received",
    "ix_referral_message_received",
    "ix_withdrawal_received",  # the receiver finds what was sent to it
    "ix_instrument_adoption_received",
    "ix_card_reading_received",
    "ix_practice_question_received",
    "ix_practice_answer_received",
    "ix_document_use_received",
    "ix_registration_received",
    "ix_course_seat_received",
    *("ix_certificate_received", "ix_certificate_evidence_received"),
    "ix_certificate_number",  # anybody who has the number finds what it says
    *(f"ix_quality_{name}_received" for name in ("request", "reply", "summary")),
    *(f"ix_assessment_{name}_received" for name in ("ballot", "notice")),
    *(f"ix_{name}_count_received" for name in ("trial", "spotting")),
    "ix_presence_summary_received",
    "ix_membership_user_id",  # someone who signs in finds where they work
}
NEVER_CHANGED = {
    "audit_event", "audit_seal", "state_change", "withdrawal", "earlier_note", "earlier_contact", "keyring_check",
    "instrument_content", "instrument_layer", "practice_document_version", "course_material",
    *(FORGOTTEN := {
        "instrument_reading", "certificate_evidence", "quality_summary", "list_export_part", "person_tag", "paper_file",
        "sensitive_fact", "paper_link", "advice_answer",
    }),
    "assessment_ballot", "obstacle_change", "person_change", "plan_signature", "sensitive_opening", "transfer_receipt",
    "person_exit", "eligibility_version", "eligibility_trial", "declared_fact",
}  # fmt: skip
"""Insert-only to the last column; FORGOTTEN goes after its time, or with what it was about."""
NEVER_DELETED = (
    (NEVER_CHANGED - FORGOTTEN)
    | BETWEEN_TWO
    | {"user_account", "membership", "api_token", "instrument_version", "seat_count"}
    | {"instrument_adoption", "practice_card", "practice_document", "trial_count"}
    | {"card_reading", "practice_question", "practice_answer", "quality_request", "quality_reply"}
    | {"integration_contract", "exit_check", "clock_pause", "file_muting", "printout"}
    | {"course", "course_run", "registration", "course_seat", "certificate", "assessment_notice"}
)
CHANGED_IN_PART = {
    "referral": {
        "state", "updated_at", "version", "last_moved_at", "reason", "result", "result_note", "withdrawn_at",
        "in_force", "advised_scheme_id", "seat_offer", "offered_session_id", "offer_until",
        "last_news_on", "news_due_on", "asked_on", "answer_due_on",
        "person_id",  # With its consent, which the receiver does not see: two files of the sender become one.
    },
    "scheme_session": {
        "starts_on", "ends_on", "closes_on", "starts_at", "place", "postal_code", "note", "updated_at", "version",
        "timetable", "directions", "suspended_from", "suspended_until",
    },
    "seat_count": {"seats", "seats_taken", "reserved", "list_closed"},
    "person_tag": {"person_id"},  # Two files become one.
    "paper_file": {"scanned", "scan_due_at", "infected_at"},  # What a scanner says of it afterwards.
    "advice_answer": {"person_id"},  # With the orientation that it is about.
    "sensitive_fact": {"person_id"},
    "obstacle_change": {"person_id"},
    "declared_fact": {"person_id"},
    "trial_count": {"gained", "lost", "to_ask", "counted_at"},
    "spotting_count": {"fits", "to_ask", "counted_on"},
    "presence_mark": {"mark", "note", "marked_by", "updated_at", "version"},
    "presence_summary": {
        "held", "attended", "excused", "unexcused", "last_on", "consent_until", "updated_at", "version",
    },
    "plan_signature": {"person_id", "sealed"},  # With its plan, and without words whose last day is over.
    "user_account": {"password_hash", "password_changed_at", "language", "disabled_at", "updated_at"},
    "user_session": {"last_seen_at", "language", "handed_to", "handed_at"},
    "api_token": {"revoked_at"},
    "instrument_version": {
        "state", "note", "sent_by", "review_until", "published_at", "adopt_by", "closing_on", "updated_at",
        "version",
    },
    "instrument_adoption": {
        "instrument_version_id", "number", "adopted_on", "adopted_by", "exception_until", "exception_reason",
        "files", "files_in_use", "files_open", "counted_at", "local_parts", "updated_at", "version",
    },
    "card_reading": {"number", "readers", "asked", "updated_at"},
    "practice_question": {"state", "more", "asked_at", "updated_at", "version"},
    "practice_answer": {"practice_card_id"},
    "document_use": {"number", "since", "said_by", "updated_at", "version"},
    "course_run": {
        "starts_on", "ends_on", "half_days", "closes_on", "place", "link", "note", "seats", "seats_taken", "minimum",
        "state", "updated_at", "version",
    },
    "registration": {"member_name", "member_email", "approved_at", "state", "updated_at", "version"},
    "course_seat": {"state", "presence", "updated_at", "version"},
    "certificate": {"holder_name", "revoked_on", "revoked_reason", "replaced_on", "updated_at", "version"},
    "quality_request": {"state", "updated_at", "version"},
    "quality_reply": {"state", "drawn", "redraws", "refusal", "drawn_at", "answered_at", "updated_at", "version"},
    "assessment_notice": {"number", "done_on", "scores", "updated_at", "version"},
    "parcel": {"withdrawn_at", "in_force"},
    "referral_event": {"withdrawn_at", "in_force"},
    "referral_message": {"withdrawn_at", "in_force"},
}  # fmt: skip
NOT_INSERTED: dict[str, set[str]] = {"audit_event": {"transaction_id"}, "scheme_session": set()}
"""What the database alone fills in: the application gives every other column of a new row that the model has."""


def bare(predicate: str | None) -> str:
    """A predicate without the parentheses, casts of text and blanks that the server adds."""
    return re.sub(r"::text|[()\s]", "", predicate or "")


Policies = set[tuple[str, str, bool, str, str]]
NOWHERE_ELSE = f"active_tenant_id='{NIL}'::uuidORactive_{TENANT}"
NOBODYS = f"user_id='{NIL}'::uuidANDmembership_id='{NIL}'::uuid"
MADE_BY_ITS_OWNER = {
    "user_account": f"NOTadministersOR{ADMINISTERS}",
    "user_session": f"user_id={USER}AND{NOWHERE_ELSE}ANDrole<>'federation_admin'OR{ADMINISTERS}",
    "api_token": f"user_id={USER}ANDactive_{TENANT}ANDrole<>'federation_admin'",
    "invitation": f"user_id={USER}",
    "password_reset": f"user_id={USER}",
    "audit_event": f"user_id={USER}OR{NOBODYS}",
}
"""Nobody makes an administrator but another one, nor what opens a place where they are not at work, or another's; nor a
record in another's name.
"""


def both(name: str, floor: str, predicate: str) -> Policies:
    """A floor and its permissive twin, for all commands."""
    return {(floor, "ALL", False, predicate, predicate), (name, "ALL", True, predicate, predicate)}


def each(read: str, inserted: str, changed: str, written_: str, deleted: str) -> Policies:
    """A floor and a twin that say the same, for each command."""
    found: Policies = set()
    for side, permissive in (("floor", False), ("own", True)):
        found |= {
            (f"{side}_select", "SELECT", permissive, read, ""),
            (f"{side}_insert", "INSERT", permissive, "", inserted),
            (f"{side}_update", "UPDATE", permissive, changed, written_),
            (f"{side}_delete", "DELETE", permissive, deleted, ""),
        }
    return found


def expected_policies(table: str) -> Policies:  # noqa: C901, PLR0911 - one a kind of table
    """(name, command, permissive, using, with check) of every policy that a table must have, and no other."""
    kind = KINDS[table]
    if table in WITHDRAWN_ONCE:
        floor = WITHDRAWN_ONCE[table]
        mine = f"{floor}AND{NEW_ROWS[table]}" if table in NEW_ROWS else floor
        return each(floor, mine, f"{floor}ANDwithdrawn_atISNULL", floor, floor)
    if table in MADE_BY_ITS_OWNER:
        floor = ACCOUNTS.get(table, TENANT)
        return each(floor, f"{floor}AND{MADE_BY_ITS_OWNER[table]}", floor, floor, floor)
    if table in OWN_ACCOUNT:
        return each(*[f"{TENANT}AND{OWN_ACCOUNT[table]}"] * 5)
    if table in UNTIL_ITS_TIME:
        mine = f"{TENANT}ANDuser_id={USER}"
        over = f"{TENANT}AND{UNTIL_ITS_TIME[table]}"
        return each(over, mine, mine, mine, over)
    if table in READ_BY_ANOTHER:
        return each(f"{TENANT}OR{READ_BY_ANOTHER[table]}", TENANT, TENANT, TENANT, TENANT)
    if kind is TableKind.LOCAL:
        return set()
    if kind is TableKind.REFERENCE:
        found: Policies = {("read", "SELECT", True, "true", "")}
        for command in ("INSERT", "UPDATE", "DELETE"):
            found |= written(command, f"administer_{command.lower()}", ADMINISTERS)
        return found
    if table in {"seat_count", "course_run"}:
        return each(BASIN, COUNTED, COUNTED, COUNTED, COUNTED)
    if kind is TableKind.PUBLICATION:
        read = DRAFTS_APART if table in {"practice_card", "scheme"} else BASIN
        found = {("floor_read", "SELECT", False, read, ""), ("read", "SELECT", True, read, "")}
        for command in ("INSERT", "UPDATE", "DELETE"):
            found |= written(command, f"own_{command.lower()}", PUBLISHED)
        return found
    return both("own", "floor", ACCOUNTS.get(table, TENANT))


def written(command: str, name: str, predicate: str) -> Policies:
    """The floor and the permission of one writing command."""
    using = "" if command == "INSERT" else predicate
    check = "" if command == "DELETE" else predicate
    return {(f"floor_{command.lower()}", command, False, using, check), (name, command, True, using, check)}


def rows(connection: Connection, query: str) -> list[Any]:
    """The rows of a query on the catalogue."""
    return list(connection.execute(text(query)).mappings())


def check_tables(connection: Connection) -> Iterator[str]:
    """Owner, row security and kind of each relation; each table of the models is there, and none besides."""
    relations = rows(
        connection,
        "SELECT relname AS name, relkind AS kind, pg_get_userbyid(relowner) AS owner, relrowsecurity AS enabled, "
        "relforcerowsecurity AS forced FROM pg_class WHERE relnamespace = 'public'::regnamespace "
        "AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S')",
    )
    for relation in relations:
        name = relation["name"]
        if relation["kind"] != "r":
            yield f"{name}: neither views, sequences, partitions nor foreign tables are used"
            continue
        if relation["owner"] != "clais_owner":
            yield f"{name}: owned by {relation['owner']}"
        if name not in UNSCOPED and not (relation["enabled"] and relation["forced"]):
            yield f"{name}: row security is not enabled and forced"
        if name != "alembic_version" and name not in METADATA.tables:
            yield f"{name}: no model"
    for name in set(METADATA.tables) - {relation["name"] for relation in relations}:
        yield f"{name}: missing"
    for name, table in METADATA.tables.items():
        scoped = {"tenant_id", "owner_tenant_id"} & set(table.columns.keys())
        if name not in KINDS:
            yield f"{name}: says no kind"
        elif not scoped and KINDS[name] not in OF_NO_TENANT:
            yield f"{name}: belongs to no tenant, which its kind says"


def check_policies(connection: Connection) -> Iterator[str]:
    """Each table has the floor and the twin in the exact shape, and nothing more."""
    found: dict[str, Policies] = {name: set() for name in METADATA.tables}
    for policy in rows(connection, "SELECT * FROM pg_policies WHERE schemaname = 'public'"):
        if list(policy["roles"]) != ["clais_app"]:
            yield f"{policy['tablename']}.{policy['policyname']}: for {policy['roles']}"
        found.setdefault(policy["tablename"], set()).add(
            (
                policy["policyname"],
                policy["cmd"],
                policy["permissive"] == "PERMISSIVE",
                bare(policy["qual"]),
                bare(policy["with_check"]),
            )
        )
    for table, policies in found.items():
        wanted = expected_policies(table)
        yield from (f"{table}: missing {policy}" for policy in sorted(wanted - policies))
        yield from (f"{table}: unexpected {policy}" for policy in sorted(policies - wanted))
        if table not in BETWEEN_TWO and any(
            "to_tenant_id" in policy[3] for policy in policies if table not in TOLD_TO_ANOTHER
        ):
            yield f"{table}: a floor of two parties"


def check_keys(connection: Connection) -> Iterator[str]:
    """Keys, uniquenesses, indexes and foreign keys of a tenant's tables begin with the tenant."""
    indexes = rows(
        connection,
        "SELECT t.relname AS table, i.relname AS index, x.indisunique AS single, "
        "(SELECT attname FROM pg_attribute WHERE attrelid = t.oid AND attnum = x.indkey[0]) AS first "
        "FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid "
        "WHERE t.relnamespace = 'public'::regnamespace",
    )
    for index in indexes:
        columns: Any = METADATA.tables[index["table"]].columns if index["table"] in METADATA.tables else {}
        if index["table"] in UNSCOPED:
            continue  # The worker asks for what is due, wherever it is.
        if "tenant_id" in columns and index["first"] != "tenant_id":
            if index["single"] or index["index"] not in INDEXES_OF_ANOTHER_PARTY:
                yield f"{index['index']}: begins with {index['first']}"
        elif "owner_tenant_id" in columns and index["first"] not in {"owner_tenant_id", "basin_id"}:
            yield f"{index['index']}: begins with {index['first']}"
    keys = rows(
        connection,
        "SELECT c.conname AS name, s.relname AS source, t.relname AS target, "
        "ARRAY(SELECT attname::text FROM unnest(c.conkey) WITH ORDINALITY k(n, o) JOIN pg_attribute "
        "ON attrelid = s.oid AND attnum = k.n ORDER BY k.o) AS columns, "
        "ARRAY(SELECT attname::text FROM unnest(c.confkey) WITH ORDINALITY k(n, o) JOIN pg_attribute "
        "ON attrelid = t.oid AND attnum = k.n ORDER BY k.o) AS targets "
        "FROM pg_constraint c JOIN pg_class s ON s.oid = c.conrelid JOIN pg_class t ON t.oid = c.confrelid "
        "WHERE c.contype = 'f' AND s.relnamespace = 'public'::regnamespace",
    )
    for key in keys:
        for scope in ("tenant_id", "owner_tenant_id"):
            if scope in METADATA.tables[key["target"]].columns:
                # A tenant's row leads to what the same tenant publishes.
                if key["columns"][0] in {"tenant_id", scope} and key["targets"][0] == scope:
                    continue
                yield f"{key['name']}: {key['columns']} → {key['target']} {key['targets']}"


def check_grants(connection: Connection) -> Iterator[str]:
    """The application reads and writes rows, and each table only as far as its nature goes; the public nothing."""
    given: dict[str, set[str]] = {}
    for grant in rows(
        connection,
        "SELECT table_name AS table, grantee, privilege_type AS privilege FROM information_schema.role_table_grants "
        "WHERE table_schema = 'public' AND grantee NOT IN ('clais_owner', 'postgres')",
    ):
        if grant["grantee"] != "clais_app":
            yield f"{grant['table']}: {grant['privilege']} to {grant['grantee']}"
        given.setdefault(grant["table"], set()).add(grant["privilege"])
    for name in METADATA.tables:
        wanted = {"SELECT", "INSERT", "UPDATE", "DELETE"}
        wanted -= {"UPDATE"} if name in {*NEVER_CHANGED, *CHANGED_IN_PART, "sign_in_attempt"} else set()
        wanted -= {"DELETE"} if name in NEVER_DELETED else set()
        wanted -= {"INSERT"} if name in NOT_INSERTED else set()
        if given.get(name, set()) != wanted:
            yield f"{name}: granted {sorted(given.get(name, set()))}, wanted {sorted(wanted)}"
    columns: dict[tuple[str, str], set[str]] = {}
    for grant in rows(
        connection,
        "SELECT table_name AS table, column_name AS column, privilege_type AS privilege "
        "FROM information_schema.role_column_grants WHERE table_schema = 'public' AND grantee = 'clais_app'",
    ):
        columns.setdefault((grant["table"], grant["privilege"]), set()).add(grant["column"])
    for name in {*CHANGED_IN_PART, *NEVER_CHANGED}:
        changed = columns.get((name, "UPDATE"), set())
        if changed != CHANGED_IN_PART.get(name, set()):
            yield f"{name}: columns that may change are {sorted(changed)}"
    for name, kept in NOT_INSERTED.items():
        inserted = columns.get((name, "INSERT"), set())
        if inserted != {column.name for column in METADATA.tables[name].columns} - kept:
            yield f"{name}: columns of a new row are {sorted(inserted)}"


def check_roles(connection: Connection) -> Iterator[str]:
    """The application is no superuser, not above row security, member of nothing; nothing runs as its owner."""
    for role in rows(connection, "SELECT * FROM pg_roles WHERE rolname IN ('clais_app', 'clais_owner')"):
        powers = [p for p in ("rolsuper", "rolbypassrls", "rolcreaterole", "rolcreatedb", "rolreplication") if role[p]]
        if powers:
            yield f"{role['rolname']}: {powers}"
        if role["rolname"] == "clais_owner" and role["rolcanlogin"]:
            yield "clais_owner may log in"
    if rows(connection, "SELECT 1 FROM pg_auth_members WHERE member = 'clais_app'::regrole"):
        yield "clais_app is a member of another role"
    for function in rows(
        connection,
        "SELECT proname AS name, prosecdef AS definer FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        " AND (prosecdef OR probin IS DISTINCT FROM '$libdir/btree_gist')",
    ):
        yield f"function {function['name']}{' runs as its owner' if function['definer'] else ''} is on no list"
    for trigger in rows(
        connection,
        "SELECT tgname AS name FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
        "WHERE NOT tgisinternal AND relnamespace = 'public'::regnamespace",
    ):
        yield f"trigger {trigger['name']} is on no list"


def check_catalogue(superuser: Engine) -> list[str]:
    """Every departure from the prescribed shape of a table."""
    with superuser.connect() as connection:
        return sorted(
            problem
            for check in (check_tables, check_policies, check_keys, check_grants, check_roles)
            for problem in check(connection)
        )


def test_every_table_has_the_shape_that_the_house_prescribes(superuser: Engine) -> None:
    assert check_catalogue(superuser) == []


SCOPE = "current_setting('app.tenant_id')::uuid"
FAULTS = {
    "no policy": "DROP POLICY floor ON person",
    "row security off": "ALTER TABLE note DISABLE ROW LEVEL SECURITY",
    "owner above row security": "ALTER TABLE note NO FORCE ROW LEVEL SECURITY",
    "a wider policy": "CREATE POLICY more ON person TO clais_app USING (true)",
    "a second two-party floor": "DROP POLICY floor ON participant; CREATE POLICY floor ON participant AS RESTRICTIVE "
    f"TO clais_app USING (tenant_id = {SCOPE} OR from_tenant_id = {SCOPE})",
    "a policy with a subquery": "DROP POLICY own ON note; CREATE POLICY own ON note TO clais_app "
    "USING (tenant_id = (SELECT current_setting('app.tenant_id')::uuid))",
    "a policy for everyone": "DROP POLICY own ON note; CREATE POLICY own ON note TO PUBLIC "
    f"USING (tenant_id = {SCOPE}) WITH CHECK (tenant_id = {SCOPE})",
    "a lenient scope": "DROP POLICY own ON note; CREATE POLICY own ON note TO clais_app "
    f"USING (tenant_id = current_setting('app.tenant_id', true)::uuid) WITH CHECK (tenant_id = {SCOPE})",
    "a unique across tenants": "CREATE UNIQUE INDEX planted ON person (reference)",
    "an index across tenants": "CREATE INDEX planted ON person (sort_name)",
    "a foreign key on the id": "ALTER TABLE person ADD CONSTRAINT planted UNIQUE (id); "
    "ALTER TABLE note ADD CONSTRAINT planted FOREIGN KEY (person_id) REFERENCES person (id)",
    "truncate": "GRANT TRUNCATE ON person TO clais_app",
    "references": "GRANT REFERENCES ON person TO clais_app",
    "rewriting the trail": "GRANT UPDATE ON audit_event TO clais_app",
    "the number of a transaction": "GRANT INSERT (transaction_id) ON audit_event TO clais_app",
    "a record in a colleague's name": "DROP POLICY floor_insert ON audit_event",
    "taking a seal away": "GRANT DELETE ON audit_seal TO clais_app",
    "rewriting what was published": "GRANT UPDATE (definition) ON instrument_content TO clais_app",
    "numbering a version again": "GRANT UPDATE (number) ON instrument_version TO clais_app",
    "an adoption written by the centre": "DROP POLICY floor_update ON instrument_adoption; "
    f"CREATE POLICY floor_update ON instrument_adoption AS RESTRICTIVE FOR UPDATE TO clais_app "
    f"USING (tenant_id = {SCOPE} OR to_tenant_id = {SCOPE}) WITH CHECK (tenant_id = {SCOPE})",
    "rewriting a parcel": "GRANT UPDATE (sealed) ON parcel TO clais_app",
    "making an administrator": "GRANT UPDATE (administers) ON user_account TO clais_app",
    "the public": "GRANT SELECT ON person TO PUBLIC",
    "a superuser's view": "CREATE VIEW planted AS SELECT * FROM person",
    "a materialised view": "CREATE MATERIALIZED VIEW planted AS SELECT * FROM person",
    "a function of its owner": "CREATE FUNCTION planted() RETURNS bigint LANGUAGE sql SECURITY DEFINER "
    "AS 'SELECT count(*) FROM person'",
    "another owner": "ALTER TABLE person OWNER TO CURRENT_USER",
    "an unprotected table": "CREATE TABLE planted (tenant_id uuid, id uuid); ALTER TABLE planted OWNER TO clais_owner",
    "a missing table": "DROP TABLE note CASCADE",
}


def test_each_planted_fault_is_found(superuser: Engine) -> None:
    """One database, one fault at a time, each undone by a rollback."""
    checks = (check_tables, check_policies, check_keys, check_grants, check_roles)
    not_found = []
    with faulty_database(superuser, "SELECT 1") as (_application, owner), owner.connect() as connection:
        for name, fault in FAULTS.items():
            connection.exec_driver_sql(fault)
            if not any(list(check(connection)) for check in checks):
                not_found.append(name)
            connection.rollback()
    assert not_found == []


@pytest.mark.parametrize(("table", "kind"), [("note", TableKind.REFERENCE), ("job_run", TableKind.TENANT)])
def test_a_kind_that_a_table_does_not_have_is_found(
    table: str, kind: TableKind, superuser: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(KINDS, table, kind)
    assert [problem for problem in check_catalogue(superuser) if problem.startswith(f"{table}: ")]


def test_a_table_without_a_kind_is_found(superuser: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(KINDS, "note")
    with superuser.connect() as connection:
        assert "note: says no kind" in list(check_tables(connection))


def test_a_role_that_is_above_row_security_is_found(superuser: Engine) -> None:
    """Roles are shared by all databases of the server: the fault stays inside a transaction."""
    with superuser.connect() as connection:
        connection.exec_driver_sql("ALTER ROLE clais_app BYPASSRLS")
        assert "clais_app: ['rolbypassrls']" in list(check_roles(connection))
        connection.rollback()
