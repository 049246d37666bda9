"""The bilan becomes the first instrument that a centre publishes; each bilan says what it was asked.

No answer is moved. Every support centre without an instrument of this kind publishes the bilan as it was asked until
now, the platforms of its basin work with it, and each bilan names it through a filling that has the key of the bilan.
A bilan that an older server makes meanwhile names none, and is read as one of the same version.
"""

import hashlib
import json
import uuid
from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

FIRST = json.loads((Path(__file__).parents[1] / "first_bilan_v1.json").read_text())
NAME, CODE, KIND = "Bilan", "bilan", "bilan"
NOTE = "Le bilan comme il était demandé jusqu'ici : douze dimensions, six niveaux."
TABLES = (
    "tenant",
    "bilan",
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
    op.execute("ALTER TABLE bilan ADD COLUMN IF NOT EXISTS filling_id uuid")
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
    op.execute(filed(keys(NOBODY), NOBODY, NOBODY, NOBODY))


def fill() -> None:
    for centre, basin, first in rows(
        "SELECT id, basin_id, row_number() OVER (PARTITION BY basin_id ORDER BY state <> 'open', opened_at, id) = 1"
        " FROM tenant WHERE kind = 'support_centre'"
    ):
        mine = keys(centre)
        others = [
            row
            for row in rows("SELECT id, code, kind FROM instrument WHERE owner_tenant_id = :centre", centre=centre)
            if row.id != mine["instrument"]
        ]
        if any(row.kind == KIND for row in others):
            continue
        code = next(one for one in (CODE, f"{CODE}_2", f"{CODE}_0026") if one not in {row.code for row in others})
        for statement in PUBLISHED:
            op.get_bind().execute(sa.text(text_of(statement)), {**mine, "basin": basin, "code": code, **facts()})
        if first:
            for (platform,) in rows("SELECT id FROM tenant WHERE kind = 'local_platform' AND basin_id = :b", b=basin):
                op.get_bind().execute(sa.text(ADOPTED), {**mine, "platform": platform, "id": uuid.uuid4()})
                file_bilans(mine, platform)


def file_bilans(mine: dict[str, uuid.UUID], platform: uuid.UUID) -> None:
    after = NOBODY
    while True:
        found = rows(
            f"SELECT id FROM bilan WHERE tenant_id = :here AND id > :after ORDER BY id LIMIT {FEW}",
            here=platform,
            after=after,
        )
        if not found:
            return
        last = found[-1].id
        op.execute(filed(mine, platform, after, last))
        op.execute(
            "UPDATE bilan SET filling_id = bilan.id FROM instrument_filling AS filling"
            f" WHERE bilan.tenant_id = '{platform}' AND bilan.id > '{after}' AND bilan.id <= '{last}'"
            f" AND bilan.filling_id IS NULL AND filling.tenant_id = '{platform}' AND filling.id = bilan.id"
        )
        after = last


def rows(statement: str, **values: object) -> list[sa.Row]:
    return list(op.get_bind().execute(sa.text(statement), values).all())


def keys(centre: uuid.UUID) -> dict[str, uuid.UUID]:
    """The keys of what a centre publishes: the same whenever it is asked for, so that nothing is written twice."""
    made = {name: uuid.uuid5(centre, f"{CODE} 1 {name}") for name in ("instrument", "version", "content")}
    return {"centre": centre, **made}


def facts() -> dict[str, str]:
    text = json.dumps(FIRST, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return {"definition": text, "fingerprint": hashlib.sha256(text.encode()).hexdigest(), "note": NOTE}


def text_of(statement: str) -> str:
    return f"{statement} ON CONFLICT (owner_tenant_id, id) DO NOTHING"


PUBLISHED = (
    "INSERT INTO instrument (owner_tenant_id, id, basin_id, code, kind, name, created_at, updated_at, version)"
    f" VALUES (:centre, :instrument, :basin, :code, '{KIND}', '{NAME}', now(), now(), 1)",
    "INSERT INTO instrument_version (owner_tenant_id, id, basin_id, instrument_id, number, state, note, published_at,"
    " created_at, updated_at, version)"
    " VALUES (:centre, :version, :basin, :instrument, 1, 'published', :note, now(), now(), now(), 1)",
    "INSERT INTO instrument_content (owner_tenant_id, id, basin_id, instrument_version_id, definition, fingerprint,"
    " released, created_at)"
    " VALUES (:centre, :content, :basin, :version, CAST(:definition AS jsonb), :fingerprint, true, now())",
)
ADOPTED = (
    "INSERT INTO instrument_adoption (tenant_id, id, to_tenant_id, instrument_id, instrument_version_id, number,"
    " adopted_on, adopted_by, created_at, updated_at, version)"
    f" VALUES (:platform, :id, :centre, :instrument, :version, 1, {TODAY}, 'reprise des données', now(), now(), 1)"
    " ON CONFLICT (tenant_id, instrument_id) DO NOTHING"
)


def filed(mine: dict[str, uuid.UUID], platform: uuid.UUID, after: uuid.UUID, last: uuid.UUID) -> str:
    return (
        "INSERT INTO instrument_filling (tenant_id, id, person_id, centre_id, instrument_id, instrument_version_id,"
        " content_id, number, kind, name, language, by_person, state, begun_on, begun_by, finished_on, out_of_use,"
        " created_at, updated_at, version)"
        f" SELECT tenant_id, id, person_id, '{mine['centre']}', '{mine['instrument']}', '{mine['version']}',"
        f" '{mine['content']}', 1, '{KIND}', '{NAME}', 'fr', false, 'finished', made_on, made_by, made_on, false,"
        f" created_at, updated_at, 1 FROM bilan WHERE tenant_id = '{platform}' AND id > '{after}' AND id <= '{last}'"
        " AND filling_id IS NULL ON CONFLICT (tenant_id, id) DO NOTHING"
    )


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
