"""Why an act of the supervision was refused, in words."""

from clais.translation import N_
from clais.translation import gettext as _
from clais.workflow import Refused

WHY = {
    "too_few": N_(
        "Nothing is drawn: fewer than five files are eligible, a summary would tell whose it is. Decline and say so."
    ),
    "unwritten": N_("Write all summaries first."),
    "named": N_("A summary tells whose file it is: open it again, it says which words."),
}


def refusal(error: Refused) -> str | None:
    """Why; None when it stands elsewhere by now."""
    return _(WHY[error.code]) if error.code in WHY else None
