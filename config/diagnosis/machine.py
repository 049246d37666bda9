"""The checks of the doctor on the machine itself."""

import shutil
import smtplib
from pathlib import Path

from clais.messaging.smtp import SmtpTransport
from clais.network import is_loopback
from config.diagnosis.finding import ATTENTION, FAULT, OK, Finding
from config.settings import Settings

GIBIBYTE = 1024**3
OTHERS = 0o077


def mail(settings: Settings) -> Finding:
    """Whether mails can leave."""
    if settings.mail_url is None:
        if settings.demo:
            return Finding(OK, "Mail", f"Démonstration : les mails sont des fichiers de {settings.mail_directory}.")
        return Finding(
            ATTENTION,
            "Mail",
            f"Aucun mail ne part : ils sont écrits dans {settings.mail_directory}.",
            "Donnez CLAIS_MAIL_URL, par exemple smtps://compte:secret@serveur:465.",
        )
    try:
        with SmtpTransport(settings.mail_url, settings.mail_from) as transport:
            transport.server = transport.connect()
            transport.server.noop()
    except ValueError:
        return Finding(
            FAULT, "Mail", "CLAIS_MAIL_URL n'a pas la bonne forme.", "Écrivez smtp://serveur:port ou smtps://…"
        )
    except smtplib.SMTPNotSupportedError:
        return Finding(
            FAULT,
            "Mail",
            "Le serveur de mail ne chiffre pas : aucun mail ne part, puisque chacun pourrait y lire les invitations.",
            "Donnez un serveur qui offre STARTTLS, ou CLAIS_MAIL_URL=smtps://…",
        )
    except (OSError, smtplib.SMTPException) as error:
        return Finding(
            FAULT, "Mail", f"Le serveur de mail ne répond pas ({type(error).__name__}).", "Vérifiez CLAIS_MAIL_URL."
        )
    return Finding(OK, "Mail", "Le serveur de mail répond.")


def disk(settings: Settings) -> Finding:
    """Whether there is room for data and mails."""
    place = next(path for path in (settings.directory, *settings.directory.parents) if path.exists())
    free = shutil.disk_usage(place).free
    text = f"{free / GIBIBYTE:.1f} Gio libres."
    if free < GIBIBYTE:
        return Finding(FAULT, "Disque", text, "Faites de la place : la base s'arrête quand le disque est plein.")
    if free < 5 * GIBIBYTE:
        return Finding(ATTENTION, "Disque", text, "Prévoyez de la place.")
    return Finding(OK, "Disque", text)


def secrets(settings: Settings) -> Finding:
    """Whether only the owner can read the keys."""
    directory = settings.keyring_path.parent
    if not directory.exists():
        return Finding(OK, "Secrets", "Ils seront créés au premier démarrage.")
    loose = [path for path in (directory, *sorted(directory.iterdir())) if _open_to_others(path)]
    if loose:
        paths = " ".join(str(path) for path in loose)
        return Finding(FAULT, "Secrets", f"Lisibles par d'autres : {paths}.", f"chmod go-rwx {paths}")
    return Finding(OK, "Secrets", "Lisibles par leur propriétaire seulement.")


def exposure(settings: Settings) -> Finding:
    """Whether a proxy encrypts the traffic, and the server knows of it.

    The server has no TLS of its own: a public https address means a proxy, wherever the server listens.
    """
    behind_proxy = settings.public_url.startswith("https://")
    if behind_proxy and not settings.secure_cookies:
        return Finding(
            FAULT,
            "Réseau",
            "Les cookies passent aussi sans HTTPS : qui écoute entre à la place d'un autre.",
            "CLAIS_SECURE_COOKIES=yes",
        )
    if behind_proxy and not settings.trusted_proxies:
        return Finding(
            FAULT,
            "Réseau",
            "Tout le monde a l'adresse du serveur placé devant : les échecs d'un seul ferment la connexion à tous.",
            "CLAIS_TRUSTED_PROXIES=1, ou le nombre de serveurs qui se suivent devant CLAIS.",
        )
    if behind_proxy or is_loopback(settings.host):
        return Finding(OK, "Réseau", f"Écoute sur {settings.host}, adresse publique {settings.public_url}.")
    return Finding(
        FAULT,
        "Réseau",
        f"Écoute sur {settings.host} sans HTTPS : mots de passe et dossiers passent en clair.",
        "Placez un serveur HTTPS devant, puis CLAIS_SECURE_COOKIES=yes, CLAIS_TRUSTED_PROXIES=1 et "
        "CLAIS_PUBLIC_URL=https://…",
    )


def _open_to_others(path: Path) -> bool:
    return bool(path.stat().st_mode & OTHERS)
