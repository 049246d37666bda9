"""The checks of the doctor on the contents of documents."""

import os

from clais.files.scanning import Verdict, no_scanner, scanner_at
from config.diagnosis.finding import ATTENTION, FAULT, OK, Finding
from config.settings import Settings

OTHERS = 0o077


def store(settings: Settings) -> Finding:
    """Whether contents can be kept, and nobody else on the machine reads them."""
    if settings.files.startswith("s3://"):
        return _kept(settings.files)
    folder = settings.files_directory
    if not folder.exists():
        return Finding(OK, "Documents", f"Le répertoire {folder} sera créé au premier fichier.")
    if folder.stat().st_mode & OTHERS:
        return Finding(FAULT, "Documents", f"{folder} est ouvert à d'autres.", f"chmod go-rwx {folder}")
    if not os.access(folder, os.W_OK | os.X_OK):
        return Finding(FAULT, "Documents", f"On ne peut pas écrire dans {folder}.", f"chown ou chmod u+rwx {folder}")
    return _kept(str(folder))


def _kept(place: str) -> Finding:
    return Finding(OK, "Documents", f"Leurs fichiers sont dans {place} ; « clais db backup » ne les a pas.")


def scanner(settings: Settings) -> Finding:
    """Whether what is brought is scanned for viruses."""
    found = scanner_at(settings.scanner)
    if found is no_scanner and settings.demo:
        return Finding(OK, "Antivirus", "Démonstration : aucun.")
    if found is no_scanner:
        return Finding(
            ATTENTION,
            "Antivirus",
            "Aucun : les documents reçus ne sont pas passés à l'antivirus.",
            "Installez clamd, ou donnez CLAIS_CLAMD=/run/… ou hôte:port.",
        )
    if found(b"clais") is Verdict.NO_ANSWER:
        return Finding(FAULT, "Antivirus", "Il ne répond pas : les fichiers reçus sont retenus.", "Démarrez clamd.")
    return Finding(OK, "Antivirus", "Il répond.")
