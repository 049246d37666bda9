"""The check of the doctor on what decodes the pictures of phones and draws the first pages of PDF files."""

from clais.files.apart import HEIC, PAGES, can
from config.diagnosis.finding import ATTENTION, OK, Finding
from config.settings import Settings

SUBJECT = "Images"


def pictures(_settings: Settings) -> Finding:
    """Whether HEIC pictures are taken, and PDF files have a preview."""
    if can(HEIC) and can(PAGES):
        return Finding(OK, SUBJECT, "Les photos HEIC sont reprises en JPEG, et les PDF ont un aperçu.")
    return Finding(
        ATTENTION,
        SUBJECT,
        "Les photos HEIC sont refusées et les PDF n'ont pas d'aperçu : rien ne les lit ici sans danger.",
        "Il faut Linux sur x86-64 ou ARM, et pillow-heif et pypdfium2 : requirements/runtime.txt",
    )
