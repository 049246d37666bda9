"""What the doctor says of the trail: the latest seals of each tenant, and the file that knows them."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from clais.audit.heads import Heads
from clais.audit.jobs import VERIFY
from clais.audit.models import AuditSeal
from clais.audit.seals import SealingKeys
from clais.audit.verification import Broken, Fault, Verdict, verify
from clais.clock import local, now
from clais.database import Scope, ScopedSession, open_engine
from clais.encryption import InvalidKeyring, Keyring
from clais.registry.queries import every_tenant, nowhere
from clais.scheduling.models import JobRun
from config.database import application_url
from config.diagnosis.finding import ATTENTION, FAULT, OK, OUTSIDE, Finding
from config.settings import Settings

LATEST = 3
"""Seals of each tenant that the doctor reads again; « clais trail verify » and a job each night read them all."""
WITHOUT_READING = timedelta(days=2)
"""The readings of two nights may fail to happen, for a machine that was off; not more."""
SUBJECT = "Journal des accès"
WORDS = {
    Fault.EDITED: "La ligne {event} ({at}) a été changée.",
    Fault.DELETED: "La ligne {event} (au plus tard {at}) a été supprimée.",
    Fault.INSERTED: "La ligne {event} ({at}) a été glissée après coup.",
    Fault.SEAL_EDITED: "Le sceau {seal} a été changé, ou fait avec d'autres clés.",
    Fault.SEAL_MISSING: "Le sceau {seal} manque.",
    Fault.TAIL_CUT: "La fin est coupée : le sceau {seal}, que le fichier connaît, n'est plus dans la base de données.",
    Fault.TAIL_REWRITTEN: "La fin est réécrite : le sceau {seal} n'est plus celui que le fichier connaît.",
    Fault.KEY_MISSING: "Le sceau {seal} est fait avec une clé qui n'est plus là.",
}


def seals(settings: Settings) -> Finding:
    """Whether the latest records of each tenant are as they were written."""
    try:
        keyring = Keyring.from_file(settings.keyring_path)
    except (FileNotFoundError, InvalidKeyring):
        return Finding(ATTENTION, SUBJECT, "Pas vérifié : les clés manquent.", "Voyez la ligne « Secrets ».")
    try:
        heads = Heads(settings.trail_heads_path).read()
    except ValueError:
        return Finding(
            FAULT, SUBJECT, f"{settings.trail_heads_path} ne se lit pas.", "Remettez ce fichier, ou retirez-le."
        )
    try:
        engine = open_engine(application_url(settings), pool_size=1)
        with ScopedSession(engine, Scope()) as session:
            places = [*every_tenant(session), nowhere()]
            is_broken, last = latest_reading_failed(session), latest_reading_ended(session)
        sealed: list[datetime] = []
        verdicts: dict[str, Verdict] = {}
        for place in places:
            with ScopedSession(engine, Scope(tenant_id=place.id, basin_id=place.basin_id)) as session:
                known = heads.get(place.id)
                verdicts[place.slug or OUTSIDE] = verify(session, SealingKeys(keyring), known, latest=LATEST)
                sealed += session.scalars(
                    select(AuditSeal.sealed_at).where(AuditSeal.tenant_id == place.id, AuditSeal.number == 1)
                )
        engine.dispose()
    except SQLAlchemyError as error:
        name = type(error.__cause__ or error).__name__
        return Finding(FAULT, SUBJECT, f"Il ne se lit pas ({name}).", "Lancez « clais db upgrade ».")
    # Read again: the sealer may have come to a place for the first time meanwhile.
    headless = {place.slug or OUTSIDE for place in places} - {
        place.slug or OUTSIDE for place in places if place.id in Heads(settings.trail_heads_path).read()
    }
    finding = concluded(verdicts, headless=headless)
    if finding.level != FAULT and is_broken:
        return Finding(
            FAULT,
            SUBJECT,
            "La dernière relecture de nuit a trouvé autre chose que ce qui fut écrit, ou n'a pu se faire.",
            "« clais trail verify » relit tout et nomme la ligne. Si rien n'y manque, la nuit prochaine le dira aussi.",
        )
    missed = missed_readings(min(sealed, default=None), last)
    return missed if missed is not None and finding.level != FAULT else finding


def latest_reading_ended(session: ScopedSession) -> datetime | None:
    """When the nightly reading of everything ended last; None when it never did."""
    return session.scalar(select(func.max(JobRun.finished_at)).where(JobRun.job == VERIFY))


def missed_readings(first_seal: datetime | None, last: datetime | None) -> Finding | None:
    """That nobody read everything again for too long, be it that no run began or that none ended."""
    since = last or first_seal
    if since is None or now() - since <= WITHOUT_READING:
        return None
    when = f"ne s'est plus faite depuis le {local(last):%d/%m/%Y}" if last else "ne s'est encore jamais faite"
    return Finding(
        FAULT,
        SUBJECT,
        f"La relecture de nuit {when} : une ligne changée ne se verrait pas.",
        "« clais trail verify » relit tout. Laissez tourner « clais worker » ; s'il tourne, le journal du service dit "
        "pourquoi la relecture s'arrête.",
    )


def latest_reading_failed(session: ScopedSession) -> bool:
    """Whether the nightly reading of everything, the last time it ended, stopped in some place."""
    ended = (JobRun.job == VERIFY, JobRun.finished_at.is_not(None))
    latest = select(JobRun.failures).where(*ended).order_by(JobRun.slot.desc()).limit(1)
    return bool(session.scalar(latest))


def concluded(verdicts: dict[str, Verdict], *, headless: Collection[str] = ()) -> Finding:
    """The gravest of what was found in each place; of the `headless` the file knows no seal."""
    broken = {slug: verdict.broken for slug, verdict in verdicts.items() if verdict.broken}
    if broken:
        slug, first = next(iter(broken.items()))
        others = f" De même dans {len(broken) - 1} autres lieux." if len(broken) > 1 else ""
        return Finding(
            FAULT,
            SUBJECT,
            f"{slug} : {broken_text(first)}{others}",
            "« clais trail verify » relit tout. Après une sauvegarde remise en place : « clais trail accept ». "
            "Sinon, gardez la base de données comme elle est et cherchez qui y a écrit.",
        )
    behind = {slug: verdict for slug, verdict in verdicts.items() if verdict.is_behind()}
    if behind:
        slug, verdict = min(behind.items(), key=lambda item: str(item[1].waiting_since))
        return Finding(
            ATTENTION,
            SUBJECT,
            f"{slug} : {waiting_text(verdict)}",
            "Le travail régulier scelle chaque minute : voyez s'il tourne, et si une transaction reste ouverte.",
        )
    unknown = [slug for slug, verdict in verdicts.items() if verdict.newest and slug in headless]
    if unknown:
        return Finding(
            ATTENTION,
            SUBJECT,
            f"Le fichier des derniers sceaux ne connaît pas {', '.join(unknown)} : une fin coupée ne s'y verrait pas.",
            "Le travail régulier l'y remet ; s'il y manque encore après une minute, voyez s'il tourne. Gardez une "
            "copie du fichier ailleurs.",
        )
    count = sum(verdict.newest for verdict in verdicts.values())
    return Finding(OK, SUBJECT, f"Sceaux : {count}. Les derniers de chaque lieu sont justes.")


def broken_text(broken: Broken) -> str:
    """What was tampered with, in words."""
    at = f"{local(broken.at):%d/%m/%Y %H:%M:%S}" if broken.at else "?"
    return WORDS[broken.fault].format(event=broken.event_id, at=at, seal=broken.seal)


def waiting_text(verdict: Verdict) -> str:
    """Since when records wait for their seal, in words."""
    since = f"{local(verdict.waiting_since):%d/%m/%Y %H:%M}" if verdict.waiting_since else "?"
    return f"Des lignes attendent leur sceau depuis le {since}."
