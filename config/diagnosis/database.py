"""What the doctor asks the database. Read-only, and nothing of a tenant's content."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, text

from clais.clock import now
from clais.database import NIL, Scope
from clais.database.upgrade import pending
from clais.messaging.models import OutboxMessage
from clais.messaging.outbox import awaits_decision
from clais.registry.models import Tenant
from clais.scheduling.models import JobRun
from config.diagnosis.finding import ATTENTION, FAULT, OK, OUTSIDE, Finding

OLDEST = 15
FLOOR = {15: 20, 16: 16, 17: 12, 18: 7}
"""The first minor version of each major one without CVE-2026-120154."""
SKEW_ATTENTION = timedelta(seconds=2)
SKEW_FAULT = timedelta(seconds=30)
SILENCE = timedelta(minutes=2)
IN_A_ROW = 2
"""A job whose latest runs all failed, so many of them, does not work; one alone may have met a server that restarts."""
DURABLE = {
    "fsync": {"on"},
    "full_page_writes": {"on"},
    "synchronous_commit": {"on", "local", "remote_write", "remote_apply"},
}
"""Setting → its values under which what was acknowledged is still there after a power cut."""


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


def durability(connection: Connection) -> Finding:
    """Whether what people were told is stored stays stored, as this session and so each of the application's has it."""
    found = {name: connection.execute(text(f"SHOW {name}")).scalar_one() for name in DURABLE}
    loose = [name for name, value in found.items() if value not in DURABLE[name]]
    if loose:
        return Finding(
            FAULT,
            "Durabilité",
            f"Ce qui est enregistré peut se perdre ({', '.join(f'{name} = {found[name]}' for name in loose)}).",
            "Cherchez où c'est dit (postgresql.conf, ALTER ROLE, ALTER DATABASE), et remettez "
            f"{', '.join(f'{name} = on' for name in loose)}.",
        )
    return Finding(OK, "Durabilité", "Ce qui est enregistré survit à une coupure de courant.")


def worker(connection: Connection) -> Finding:
    """Whether a worker has run lately, and its jobs succeed: without one no mail leaves, and no term is kept."""
    last: datetime | None = connection.execute(text("SELECT max(started_at) FROM job_run")).scalar_one()
    silence = now() - last if last is not None else None
    if silence is not None and silence <= SILENCE:
        failing = failing_jobs(connection)
        if failing:
            return Finding(
                FAULT,
                "Travail régulier",
                f"Il tourne, mais échoue chaque fois : {', '.join(failing)}.",
                "Le journal du service dit pourquoi, à la ligne « job failed ».",
            )
        return Finding(OK, "Travail régulier", "Il tourne.")
    since = "n'a encore jamais tourné" if silence is None else f"ne tourne plus depuis {_in_words(silence)}"
    return Finding(
        FAULT,
        "Travail régulier",
        f"Il {since} : aucun mail ne part, aucun délai n'est suivi.",
        "Lancez « clais worker ».",
    )


def due(connection: Connection) -> Finding:
    """Whether what is due is done, and whether somebody said that it was due."""
    late, failing = connection.execute(
        text(
            "SELECT count(*) FILTER (WHERE at < now() - interval '10 minutes'), count(*) FILTER (WHERE failures >= 3)"
            " FROM due WHERE claimed_until IS NULL OR claimed_until < now()"
        )
    ).one()
    forgotten = connection.execute(text("SELECT coalesce(sum(forgotten), 0) FROM job_run")).scalar_one()
    if failing:
        return Finding(
            FAULT,
            "Travaux dus",
            f"{failing} échouent sans cesse.",
            "Le journal du travail régulier dit lesquels : « job failed ».",
        )
    if late:
        return Finding(
            ATTENTION,
            "Travaux dus",
            f"{late} attendent depuis plus de dix minutes.",
            "Lancez un « clais worker » de plus : ils se partagent le travail.",
        )
    if forgotten:
        return Finding(
            ATTENTION,
            "Travaux dus",
            f"{forgotten} avaient été oubliés ces dernières heures ; la tournée les a retrouvés.",
            "Ce qui a été écrit dans la base autrement que par CLAIS, ou un défaut : le journal dit lesquels.",
        )
    return Finding(OK, "Travaux dus", "Faits à temps.")


def failing_jobs(connection: Connection) -> list[str]:
    """The jobs whose latest runs all failed in some tenant."""
    latest = select(
        JobRun.job,
        JobRun.failures,
        func.row_number().over(partition_by=JobRun.job, order_by=JobRun.slot.desc()).label("place"),
    ).where(JobRun.finished_at.is_not(None))
    runs = latest.subquery()
    failing = (
        select(runs.c.job)
        .where(runs.c.place <= IN_A_ROW)
        .group_by(runs.c.job)
        .having(func.count() == IN_A_ROW, func.min(runs.c.failures) > 0)
    )
    return list(connection.scalars(failing.order_by(runs.c.job)))


def _in_words(time: timedelta) -> str:
    minutes = int(time.total_seconds() // 60)
    days, hours = minutes // 1440, minutes // 60 % 24
    if days:
        return f"{days} jour{'s' if days > 1 else ''}"
    return f"{hours} h {minutes % 60:02}" if hours else f"{minutes} minutes"


def enter(connection: Connection, scope: Scope) -> None:
    """Give the transaction a scope, one setting at a time: our driver sends no two statements together."""
    for statement in scope.statements().split(";"):
        connection.exec_driver_sql(statement)


def mails(connection: Connection) -> Finding:
    """Whether mails wait for a person: failed ones, and those of which nobody knows whether they left.

    One tenant after the other, each in its own scope, as everything here, then what has none: nothing sees them all.
    """
    enter(connection, Scope())
    places = connection.execute(select(Tenant.id, Tenant.slug).order_by(Tenant.slug)).all()
    uncertain, failed, where = 0, 0, []
    for tenant_id, slug in [*((place.id, place.slug) for place in places), (NIL, OUTSIDE)]:
        enter(connection, Scope(tenant_id=tenant_id))
        counts = dict(
            connection.execute(
                select(OutboxMessage.state, func.count())
                .where(OutboxMessage.tenant_id == tenant_id, awaits_decision())
                .group_by(OutboxMessage.state)
            ).all()
        )
        if counts:
            where.append(f"{slug} {sum(counts.values())}")
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
