"""Why conditions were not saved or published, in words."""

from clais.exchange.eligibility.schemas import MOST_RULES
from clais.translation import gettext as _
from clais.workflow import Refused


def refusal(refused: Refused) -> str:
    """The reason as a sentence."""
    match refused.code:
        case "contradiction":
            return _("Nobody could meet two of these conditions: correct one of them first.")
        case "unknown_fact":
            return _("One of these conditions asks for a fact that is not known here: take it out first.")
        case "too_often":
            return _("Counted often enough for today: counts that are compared tell of single people. Tomorrow again.")
        case "too_many":
            return _("A scheme has %(most)s conditions at most.", most=MOST_RULES)
        case _:
            return _("Nothing changes: these are the conditions in force.")
