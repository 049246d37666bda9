"""Facts of the supervision by sampling in words, for both wings."""

from clais.exchange.quality.choices import TAGS, THEMES
from clais.exchange.quality.models import QualityRequest, QualitySummary
from clais.exchange.quality.queries import Asked
from clais.exchange.quality.workflow import REPLY, REQUEST
from clais.exchange.referrals.choices import AGE_BANDS
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.formatting import near_day


def theme_text(request: QualityRequest) -> str:
    """The theme of a request."""
    label = THEMES.get(request.theme)
    return _(label) if label else request.theme


def about_text(request: QualityRequest) -> str:
    """What is asked for, in a line."""
    return _(
        "%(theme)s: %(files)s, from %(first)s to %(last)s",
        theme=theme_text(request),
        files=ngettext("%(num)d file", "%(num)d files", request.files),
        first=near_day(request.first_on),
        last=near_day(request.last_on),
    )


def state_tag(asked: Asked) -> tuple[str, str]:
    """Where a request stands, and the kind of its tag."""
    if asked.is_late:
        return _("late"), "late"
    label = {**REPLY.states, **REQUEST.states}.get(asked.state)
    return (_(label) if label else asked.state), TAGS.get(asked.state, "")


def when_text(asked: Asked) -> str:
    """When a request was answered; by when it is to be, while it is not."""
    if asked.reply is not None and asked.reply.answered_at is not None:
        return _("answered on %(day)s", day=near_day(asked.reply.answered_at))
    return _("to answer by %(day)s", day=near_day(asked.request.answer_by))


def drawn_text(asked: Asked) -> str:
    """How many files were drawn, of how many asked for, and how often another one was drawn instead."""
    reply = asked.reply
    if reply is None or reply.drawn_at is None:
        return ""
    texts = [_("%(drawn)s of %(files)s drawn.", drawn=reply.drawn, files=asked.request.files)]
    if reply.drawn < asked.request.files:
        texts.append(_("Too few files were eligible: five for each that is drawn."))
    texts.append(
        ngettext("%(num)d file was drawn again.", "%(num)d files were drawn again.", reply.redraws)
        if reply.redraws
        else _("None was drawn again.")
    )
    return " ".join(texts)


def figures_text(age_band: str | None, contacts: int, days_to_first: int | None) -> str:
    """The figures of a file."""
    age = _(AGE_BANDS[age_band]) if age_band in AGE_BANDS else _("age not known")
    first = (
        _("no appointment")
        if days_to_first is None
        else ngettext("%(num)d day to the first appointment", "%(num)d days to the first appointment", days_to_first)
    )
    many = ngettext("%(num)d contact", "%(num)d contacts", contacts)
    return f"{age} · {many} · {first}"


def figures_of(summary: QualitySummary) -> str:
    """The same of a summary that was sent."""
    return figures_text(summary.age_band, summary.contacts, summary.days_to_first)
