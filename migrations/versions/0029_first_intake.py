"""The intake form becomes an instrument that a centre publishes; each reception says what it was asked.

No answer is moved: those to the questions of the house stay in the columns of `intake`. Every support centre publishes
what was asked until now: as the next version of its intake form when it has one, which nobody could fill in, else as an
instrument. The platforms of its basin work with it, and each reception names it through a filling that has the key of
the reception. A reception that an older server notes meanwhile names none, and is read as one of the same version.
"""

import hashlib
import json
import uuid
from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"

FIRST = json.loads((Path(__file__).parents[1] / "first_intake_v1.json").read_text())
NAME, CODE, KIND = "Fiche d'accueil", "intake", "intake"
NOTE = "L'accueil comme il était noté jusqu'ici : six questions, et rien de plus."
TABLES = (
    "tenant",
    "intake",
    "instrument",
    "instrument_version",
    "instrument_content",
    "instrument_adoption",
    "instrument_filling",
)
FEW = 200
"""Rows that one transaction writes: requests wait for none of them for long."""
NOBODY = uuid.UUID(int=0)
TODAY = "(now() AT TIME ZONE 'Europe/Brussels')::date"


def upgrade() -> None:
    op.execute("ALTER TABLE intake ADD COLUMN IF NOT EXISTS filling_id uuid")
    # What follows is kept statement by statement. Cut off in the middle, the migration is run again.
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = '400ms'")
        # The owner of the tables stands past row security while it fills them.
        for table in TABLES:
            alone(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        if op.get_context().as_sql:
            written_out()
        else:
            fill()
        for table in TABLES:
            alone(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def alone(statement: str) -> None:
    """Run a statement as a transaction of its own: each holds one lock only, for a moment."""
    op.execute(f"DO $$ BEGIN {statement}; END $$")


def written_out() -> None:
    """The statement that writes most, for whoever reads the SQL."""
    op.execute(filed({**keys(NOBODY), "number": 1}, NOBODY, NOBODY, NOBODY))


def fill() -> None:
    for centre, basin, first in rows(
        "SELECT id, basin_id, row_number() OVER (PARTITION BY basin_id ORDER BY state <> 'open', opened_at, id) = 1"
        " FROM tenant WHERE kind = 'support_centre'"
    ):
        mine = published_by(centre, basin)
        if first:
            for (platform,) in rows("SELECT id FROM tenant WHERE kind = 'local_platform' AND basin_id = :b", b=basin):
                op.get_bind().execute(sa.text(ADOPTED), {**mine, "platform": platform, "id": uuid.uuid4()})
                file_receptions(mine, platform)


def published_by(centre: uuid.UUID, basin: uuid.UUID) -> dict[str, object]:
    """Publish the first version in a centre, and give its keys and number."""
    mine = keys(centre)
    found = rows("SELECT id, code, kind FROM instrument WHERE owner_tenant_id = :centre ORDER BY id", centre=centre)
    codes = {row.code for row in found if row.id != mine["instrument"]}
    code = next(one for one in (CODE, f"{CODE}_2", f"{CODE}_0029") if one not in codes)
    written = rows(
        "SELECT instrument_id, number FROM instrument_version WHERE owner_tenant_id = :centre AND id = :version",
        centre=centre,
        version=mine["version"],
    )
    if written:
        mine |= {"instrument": written[0].instrument_id, "number": written[0].number}
    else:
        forms = (row.id for row in found if row.kind == KIND and not in_preparation(centre, row.id))
        mine["instrument"] = next(forms, mine["instrument"])
        (last,) = rows(
            "SELECT coalesce(max(number), 0) AS number FROM instrument_version"
            " WHERE owner_tenant_id = :centre AND instrument_id = :instrument",
            centre=centre,
            instrument=mine["instrument"],
        )
        mine["number"] = last.number + 1
    for statement in PUBLISHED:
        op.get_bind().execute(sa.text(text_of(statement)), {**mine, "basin": basin, "code": code, **facts()})
    return mine


def in_preparation(centre: uuid.UUID, instrument: uuid.UUID) -> bool:
    """Whether someone writes its next version, or reviews it: that one keeps its number."""
    return bool(
        rows(
            "SELECT 1 FROM instrument_version WHERE owner_tenant_id = :centre AND instrument_id = :instrument"
            " AND state IN ('draft', 'in_review')",
            centre=centre,
            instrument=instrument,
        )
    )


def file_receptions(mine: dict[str, object], platform: uuid.UUID) -> None:
    after = NOBODY
    while True:
        found = rows(
            f"SELECT id FROM intake WHERE tenant_id = :here AND id > :after ORDER BY id LIMIT {FEW}",
            here=platform,
            after=after,
        )
        if not found:
            return
        last = found[-1].id
        op.execute(filed(mine, platform, after, last))
        op.execute(
            "UPDATE intake SET filling_id = intake.id FROM instrument_filling AS filling"
            f" WHERE intake.tenant_id = '{platform}' AND intake.id > '{after}' AND intake.id <= '{last}'"
            f" AND intake.filling_id IS NULL AND filling.tenant_id = '{platform}' AND filling.id = intake.id"
        )
        after = last


def rows(statement: str, **values: object) -> list[sa.Row]:
    return list(op.get_bind().execute(sa.text(statement), values).all())


def keys(centre: uuid.UUID) -> dict[str, object]:
    """The keys of what a centre publishes: the same whenever it is asked for, so that nothing is written twice."""
    made = {name: uuid.uuid5(centre, f"{CODE} 1 {name}") for name in ("instrument", "version", "content")}
    return {"centre": centre, **made}


def facts() -> dict[str, str]:
    text = json.dumps(FIRST, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return {"definition": text, "fingerprint": hashlib.sha256(text.encode()).hexdigest(), "note": NOTE, "name": NAME}


def text_of(statement: str) -> str:
    return f"{statement} ON CONFLICT (owner_tenant_id, id) DO NOTHING"


PUBLISHED = (
    "INSERT INTO instrument (owner_tenant_id, id, basin_id, code, kind, name, created_at, updated_at, version)"
    f" VALUES (:centre, :instrument, :basin, :code, '{KIND}', :name, now(), now(), 1)",
    "INSERT INTO instrument_version (owner_tenant_id, id, basin_id, instrument_id, number, state, note, published_at,"
    " created_at, updated_at, version)"
    " VALUES (:centre, :version, :basin, :instrument, :number, 'published', :note, now(), now(), now(), 1)",
    "INSERT INTO instrument_content (owner_tenant_id, id, basin_id, instrument_version_id, definition, fingerprint,"
    " released, created_at)"
    " VALUES (:centre, :content, :basin, :version, CAST(:definition AS jsonb), :fingerprint, true, now())",
)
ADOPTED = (
    "INSERT INTO instrument_adoption (tenant_id, id, to_tenant_id, instrument_id, instrument_version_id, number,"
    " adopted_on, adopted_by, created_at, updated_at, version)"
    f" VALUES (:platform, :id, :centre, :instrument, :version, :number, {TODAY}, 'reprise des données', now(), now(), 1)"
    " ON CONFLICT (tenant_id, instrument_id) DO UPDATE SET instrument_version_id = excluded.instrument_version_id,"
    " number = excluded.number, adopted_on = excluded.adopted_on, adopted_by = excluded.adopted_by, updated_at = now(),"
    " version = instrument_adoption.version + 1"
    " WHERE instrument_adoption.number IS NULL OR instrument_adoption.number < excluded.number"
)


def filed(mine: dict[str, object], platform: uuid.UUID, after: uuid.UUID, last: uuid.UUID) -> str:
    name = NAME.replace("'", "''")
    return (
        "INSERT INTO instrument_filling (tenant_id, id, person_id, centre_id, instrument_id, instrument_version_id,"
        " content_id, number, kind, name, language, by_person, state, begun_on, begun_by, finished_on, out_of_use,"
        " created_at, updated_at, version)"
        f" SELECT tenant_id, id, person_id, '{mine['centre']}', '{mine['instrument']}', '{mine['version']}',"
        f" '{mine['content']}', {mine['number']}, '{KIND}', '{name}', 'fr', false, 'finished', received_on, received_by,"
        " received_on, false, created_at, updated_at, 1"
        f" FROM intake WHERE tenant_id = '{platform}' AND id > '{after}' AND id <= '{last}'"
        " AND filling_id IS NULL ON CONFLICT (tenant_id, id) DO NOTHING"
    )


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
