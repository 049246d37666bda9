"""What a page showed of each fact, beside what would be sent: a colleague may have rewritten the file meanwhile."""

from collections.abc import Sequence

from clais.exchange.referrals.parcels import NotOffered, Offer, changed, field_of, is_field
from clais.forms.form import Form
from clais.translation import gettext as _


def ticked_in(form: Form) -> list[str]:
    """The codes that are ticked, whether or not the form is complete."""
    return list(form.raw("fields", form["fields"].field) or [])


def take_back_changed(form: Form, found: Sequence[Offer]) -> list[str]:
    """The ticked facts that are not what the page showed. Their ticks stay, to be read again, but for those that are
    gone or need a tick of their own: that one was given for something else.

    Raises NotOffered for a tick that no page of ours can have held.
    """
    offered = {offer.code: offer for offer in found}
    pairs = (pair.partition("=") for pair in form.raw("shown", form["shown"].field) or ())
    shown = {code: digest for code, _sign, digest in pairs if is_field(code)}
    ticked = ticked_in(form)
    strangers = set(ticked) - set(offered) - set(shown)
    if strangers:
        raise NotOffered(strangers)
    different = changed(found, ticked, shown)
    gone = {code for code in different if code not in offered or offered[code].needs_own_tick}
    if form.typed is not None:
        form.typed["fields"] = [code for code in ticked if code not in gone]
    return different


def what_changed(codes: Sequence[str], found: Sequence[Offer]) -> str:
    """Which facts read otherwise now, and what to do."""
    labels = {offer.code: offer.label for offer in found}
    names = ", ".join(labels.get(code) or _(field_of(code).label) for code in codes)
    return _(
        "The file has changed since this page was shown: %(names)s. Read it again with the person, then send.",
        names=names,
    )
