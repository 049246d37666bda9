"""Why an act of the supervision was refused, in words."""

from collections.abc import Iterable

from clais.translation import N_
from clais.translation import gettext as _
from clais.workflow import Refused
from tenants.quality.rules.anonymity import Named

WHY = {
    "too_few": N_(
        "Nothing is drawn: fewer than five files are eligible, a summary would tell whose it is. Decline and say so."
    ),
    "unwritten": N_("Write all summaries first."),
    "set_aside": N_(
        "A file that was drawn is here no more: merged, or encoded by mistake. Restore it and have another one drawn"
        " for it, or decline."
    ),
    "named": N_("A summary tells whose file it is: open it again, it says which words."),
}


def to_take_out(found: Iterable[str]) -> str:
    """What to take out of a text."""
    words = ", ".join(f"« {word} »" for word in found)
    return _("Take out what tells whose file it is: %(found)s.", found=words)


def refusal(error: Refused) -> str | None:
    """Why; None when it stands elsewhere by now."""
    if isinstance(error, Named):
        return to_take_out(error.found)
    return _(WHY[error.code]) if error.code in WHY else None
