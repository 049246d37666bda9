"""The shared facts, as pages show them on both sides."""

import structlog

from clais.encryption import DecryptionFailed
from clais.exchange.referrals.parcels import labelled_texts
from clais.sealing import SealedRow, unseal
from clais.services import services
from clais.translation import gettext as _

log = structlog.get_logger("clais.exchange")


def readable_facts(row: SealedRow) -> list[tuple[str, str]]:
    """(label, text) of each fact of a parcel or of a participant's copy; one line that says so when decryption fails.

    The page must still be shown: it has the button that withdraws the consent.
    """
    try:
        return labelled_texts(unseal(services().keyring, row))
    except DecryptionFailed:
        log.error("a sealed parcel could not be read", table=row.__tablename__, row=str(row.id))  # noqa: TRY400
        text = _("This could not be read here. Nothing is lost: tell whoever looks after CLAIS in your place.")
        return [(_("Encrypted"), text)]
