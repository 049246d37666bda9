"""What became of an advised step, in words."""

from clais.text import lower_first
from clais.translation import gettext as _
from tenants.advice.choices import ANSWERS, DONE, NOT_YET, WHY_NOT


def in_words(answer: str) -> str:
    """An answer as one says it: with « no » before a reason."""
    words = _(ANSWERS[answer])
    return _("No: %(reason)s", reason=lower_first(words)) if answer in WHY_NOT else words


def kind_of(answer: str) -> str:
    """The kind of its tag."""
    return {DONE: "done", NOT_YET: "wait"}.get(answer, "")
