"""What the doctor asks the database. Read-only, and nothing of a tenant's content."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, text

from clais.clock import now
from clais.database import Scope
from clais.database.roles import APPLICATION, OWNER
from clais.database.upgrade import pending
from clais.messaging.models import OutboxMessage
from clais.messaging.outbox import awaits_decision
from clais.registry.models import Tenant
from config.diagnosis.finding import ATTENTION, FAULT, OK, Finding

OLDEST = 15
FLOOR = {15: 20, 16: 16, 17: 12, 18: 7}
"""The first minor version of each major one without CVE-2026-120154."""
OUTSIDE_TENANTS = {"alembic_version", "job_run", "sign_in_attempt"}
"""Tables that belong to no tenant and hold no personal data: revisions, runs of jobs, keyed hashes."""
SKEW_ATTENTION = timedelta(seconds=2)
SKEW_FAULT = timedelta(seconds=30)
SILENCE = timedelta(minutes=2)


def server_version(connection: Connection) -> Finding:
    """Whether the server is recent enough, and free of the leak that was found under row security."""
    number = int(connection.execute(text("SHOW server_version_num")).scalar_one())
    major, minor = divmod(number, 10_000)
    name = f"{major}.{minor}"
    if major < OLDEST:
        return Finding(
            FAULT, "Serveur", f"PostgreSQL {name} est trop ancien.", f"Installez PostgreSQL {OLDEST} ou plus."
        )
    if minor < FLOOR.get(major, 0):
        return Finding(
            ATTENTION,
            "Serveur",
            f"PostgreSQL {name} a la faille CVE-2026-120154 : INSERT … ON CONFLICT peut montrer des lignes d'autrui.",
            f"CLAIS n'emploie jamais ON CONFLICT et n'y est pas exposé ; passez tout de même à {major}.{FLOOR[major]} "
            "dès que possible, et n'employez pas ON CONFLICT dans vos propres requêtes.",
        )
    return Finding(OK, "Serveur", f"PostgreSQL {name}.")


def roles(connection: Connection) -> Finding:
    """Whether the application's role is as weak as it must be."""
    found = {
        row.rolname: row
        for row in connection.execute(
            text(
                "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcanlogin FROM pg_roles"
                " WHERE rolname IN (:application, :owner)"
            ),
            {"application": APPLICATION, "owner": OWNER},
        )
    }
    missing = [name for name in (APPLICATION, OWNER) if name not in found]
    if missing:
        return Finding(FAULT, "Rôles", f"Il manque : {', '.join(missing)}.", "Lancez « clais db upgrade ».")
    strong = [name for name, row in found.items() if row.rolsuper or row.rolbypassrls or row.rolcreaterole]
    if strong:
        return Finding(
            FAULT,
            "Rôles",
            f"{', '.join(strong)} : trop de droits, la séparation des plates-formes n'est plus assurée.",
            f"ALTER ROLE {strong[0]} NOSUPERUSER NOBYPASSRLS NOCREATEROLE;",
        )
    member = connection.execute(
        text("SELECT pg_has_role(:application, :owner, 'MEMBER')"), {"application": APPLICATION, "owner": OWNER}
    ).scalar_one()
    if member or found[OWNER].rolcanlogin:
        return Finding(
            FAULT,
            "Rôles",
            f"{APPLICATION} peut devenir {OWNER}, ou {OWNER} se connecter.",
            f"REVOKE {OWNER} FROM {APPLICATION}; ALTER ROLE {OWNER} NOLOGIN;",
        )
    return Finding(OK, "Rôles", "L'application n'a que les droits qu'il lui faut.")


def row_security(connection: Connection) -> Finding:
    """Whether every table of a tenant is closed by row security, for its owner too."""
    tables = connection.execute(
        text(
            "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity"
            " AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid) AS closed"
            " FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace"
        )
    ).all()
    open_ones = sorted(row.relname for row in tables if not row.closed and row.relname not in OUTSIDE_TENANTS)
    if not tables:
        return Finding(FAULT, "Sécurité par ligne", "Il n'y a pas de table.", "Lancez « clais db upgrade ».")
    if open_ones:
        return Finding(
            FAULT,
            "Sécurité par ligne",
            f"Tables ouvertes à tous : {', '.join(open_ones)}.",
            "Arrêtez le service et écrivez une migration qui appelle protect() pour chacune.",
        )
    return Finding(OK, "Sécurité par ligne", f"Activée et forcée sur {len(tables) - len(OUTSIDE_TENANTS)} tables.")


def migrations(connection: Connection) -> Finding:
    """Whether the tables are those that this version of the code knows."""
    waiting = pending(connection)
    if waiting:
        return Finding(FAULT, "Mises à jour", f"{len(waiting)} en attente.", "Lancez « clais db upgrade ».")
    return Finding(OK, "Mises à jour", "Aucune en attente.")


def reference(connection: Connection) -> Finding:
    """Whether there are municipalities, postal codes and occupations: without them no address and no wish is found."""
    tables = {"municipality": "communes", "postal_code": "codes postaux", "occupation": "métiers"}
    empty = [
        label
        for table, label in tables.items()
        if not connection.execute(text(f"SELECT EXISTS (SELECT 1 FROM {table})")).scalar_one()  # noqa: S608 - our names.
    ]
    if empty:
        return Finding(
            FAULT, "Données de référence", f"Il n'y a pas de {', '.join(empty)}.", "Lancez « clais db upgrade »."
        )
    return Finding(OK, "Données de référence", "Communes, codes postaux et métiers sont là.")


def clock(connection: Connection) -> Finding:
    """Whether this machine and the database agree on the time: consents and answer times end by it."""
    theirs: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    skew = abs(now() - theirs)
    if skew < SKEW_ATTENTION:
        return Finding(OK, "Horloge", "La machine et la base de données ont la même heure.")
    level = FAULT if skew > SKEW_FAULT else ATTENTION
    return Finding(
        level, "Horloge", f"{skew.total_seconds():.0f} secondes d'écart avec la base.", "Activez NTP sur les deux."
    )


def worker(connection: Connection) -> Finding:
    """Whether a worker has run lately: without one no mail leaves."""
    last: datetime | None = connection.execute(text("SELECT max(started_at) FROM job_run")).scalar_one()
    if last is None or now() - last > SILENCE:
        return Finding(
            ATTENTION, "Travail régulier", "Il ne tourne pas : aucun mail ne part.", "Lancez « clais worker »."
        )
    return Finding(OK, "Travail régulier", "Il tourne.")


def mails(connection: Connection) -> Finding:
    """Whether mails wait for a person: failed ones, and those of which nobody knows whether they left.

    One tenant after the other, each in its own scope, as everything here: nothing sees them all.
    """
    connection.exec_driver_sql(Scope().statements())
    places = connection.execute(select(Tenant.id, Tenant.slug).order_by(Tenant.slug)).all()
    uncertain, failed, where = 0, 0, []
    for place in places:
        connection.exec_driver_sql(Scope(tenant_id=place.id).statements())
        counts = dict(
            connection.execute(
                select(OutboxMessage.state, func.count())
                .where(OutboxMessage.tenant_id == place.id, awaits_decision())
                .group_by(OutboxMessage.state)
            ).all()
        )
        if counts:
            where.append(f"{place.slug} {sum(counts.values())}")
            uncertain += counts.get("handed_over", 0)
            failed += counts.get("failed", 0)
    if where:
        return Finding(
            ATTENTION,
            "Mails",
            f"Au départ incertain : {uncertain} ; échoués : {failed} ({', '.join(where)}).",
            "« clais mail list » les montre ; « clais mail settle » en classe un, « clais mail resend » le renvoie.",
        )
    return Finding(OK, "Mails", "Tous sont partis ou vont partir.")
