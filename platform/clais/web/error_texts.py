"""The sentences of the error pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from clais.translation import N_
from clais.translation import lazy_gettext as _l


@dataclass(frozen=True, slots=True)
class Explanation:
    """What happened, whether the work is saved (`outcome`), what to do now.

    `in_page` is the advice beside what was typed, when `advice` would lead away from it.
    """

    title: Any
    happened: Any
    outcome: Any
    advice: Any
    in_page: Any = None


NOTHING_CHANGED = _l("Nothing was changed.")
LATER = N_("You can go on at %(time)s.")
COPY_AND_LOAD = _l("Copy what you wrote, then load the page again.")
TEXTS: dict[str, Explanation] = {
    "400": Explanation(
        _l("This request was not understood"),
        _l("The page sent something that we did not expect."),
        NOTHING_CHANGED,
        _l("Go back to the page, load it again and start over."),
        in_page=COPY_AND_LOAD,
    ),
    "400-forged": Explanation(
        _l("This page had expired"),
        _l("You signed in again, or changed place, after this page was opened."),
        _l("Nothing was saved yet."),
        _l("If you wrote this yourself, send it again. Otherwise go back to the start."),
    ),
    "400-other-account": Explanation(
        _l("This page was opened under another account"),
        _l("What was written on it is not shown here: it belongs to whoever wrote it."),
        _l("Nothing was saved."),
        _l("Whoever wrote it can go back to the page and sign in again."),
        in_page=_l("Whoever wrote it can sign in again in another tab, come back to this one and send it."),
    ),
    "401": Explanation(
        _l("Sign in to continue"),
        _l("Your session is over, or you are not signed in."),
        NOTHING_CHANGED,
        _l("Sign in, then open the page again."),
        in_page=_l("Sign in in another tab, come back to this one and send it again."),
    ),
    "401-kept": Explanation(
        _l("Sign in to continue"),
        _l("Your session is over. What you wrote is kept."),
        _l("Nothing was saved yet."),
        _l("Sign in: you will find it in its place, to be sent."),
    ),
    "403": Explanation(
        _l("Your role does not allow this"),
        _l("This page exists, but your present role cannot use it."),
        NOTHING_CHANGED,
        _l("If you hold another role, switch to it in the menu under your name. Otherwise ask your coordinator."),
        in_page=_l("Copy what you wrote. If you hold another role, switch to it in the menu under your name."),
    ),
    "404": Explanation(
        _l("This page does not exist"),
        _l("The address is wrong, the item was removed, or it is not yours to see."),
        NOTHING_CHANGED,
        _l("Look for the person or the item again from the start."),
        in_page=_l("Copy what you wrote, then look for the person or the item again."),
    ),
    "405": Explanation(
        _l("This page cannot be opened that way"),
        _l("The address expects a form and not a link."),
        NOTHING_CHANGED,
        _l("Go back to the page and use its button."),
        in_page=COPY_AND_LOAD,
    ),
    "409": Explanation(
        _l("Someone changed this before you"),
        _l("Another version was saved meanwhile."),
        NOTHING_CHANGED,
        _l("Go back to the page, load it again and look at what it says now."),
        in_page=_l("Copy what you wrote, then load the page again and look at what it says now."),
    ),
    "409-versions": Explanation(
        _l("Someone changed this before you"),
        _l("While you were writing, another version was saved."),
        _l("Yours is not saved, but it is below: nothing is lost."),
        _l("Compare both, then open the present version again and add what is missing."),
    ),
    "409-same": Explanation(
        _l("Someone changed this before you"),
        _l("While you were writing, someone saved the same answers as yours."),
        _l("Nothing of yours is missing."),
        _l("Open the present version to go on from there."),
    ),
    "409-moved": Explanation(
        _l("This moved on before you"),
        _l("While you were writing, someone took it further: it does not stand where this page showed it."),
        _l("What you wrote is not saved, but it is below: nothing is lost."),
        _l("Look at where it stands now, then copy what is still of use."),
    ),
    "409-moved-unwritten": Explanation(
        _l("This moved on before you"),
        _l("While you were looking, someone took it further: it does not stand where this page showed it."),
        NOTHING_CHANGED,
        _l("Look at where it stands now, then decide again."),
    ),
    "409-elsewhere": Explanation(
        _l("You work somewhere else now"),
        _l("You changed place in another tab, and this page belongs to the place before."),
        NOTHING_CHANGED,
        _l("Go back to that place in another tab, come back to this one and send it again."),
    ),
    "409-overtaken": Explanation(
        _l("Someone saved this at the same moment"),
        _l("While yours was on its way, another version was saved."),
        _l("What you wrote is not saved yet, but it is not lost."),
        _l("Send it again: if the other version says something else, you will see both."),
    ),
    "413": Explanation(
        _l("This is too large"),
        _l("The text or the file is larger than what can be received."),
        NOTHING_CHANGED,
        _l("Shorten the text or choose a smaller file, then send it again."),
    ),
    "422": Explanation(
        _l("Something needs correcting"),
        _l("One or more answers cannot be saved as they are."),
        NOTHING_CHANGED,
        _l("Go back, correct the answers that are marked, and send them again."),
        in_page=_l("Correct the answers that are marked, and send them again."),
    ),
    "429": Explanation(
        _l("Too many attempts"),
        _l("There were too many attempts in a short time, so we are slowing down."),
        NOTHING_CHANGED,
        _l("Wait a few minutes, then try again."),
    ),
    "429-messages": Explanation(
        _l("Too many messages in one hour"),
        _l("You wrote more messages in the last hour than one person usually does, so we are slowing down."),
        _l("This message was not sent, and it is not lost."),
        LATER,
    ),
    "429-referrals": Explanation(
        _l("Too many referrals in one hour"),
        _l("You sent more referrals in the last hour than one person usually does, so we are slowing down."),
        _l("This referral was not sent, and what you chose is not lost."),
        LATER,
    ),
    "429-numbers": Explanation(
        _l("Too many national numbers in one hour"),
        _l(
            "You looked at more national numbers in the last hour than one person usually does, so we are slowing down."
        ),
        NOTHING_CHANGED,
        LATER,
    ),
    "429-exports": Explanation(
        _l("Too many exports in one hour"),
        _l("You exported more lists in the last hour than one person usually does, so we are slowing down."),
        NOTHING_CHANGED,
        LATER,
    ),
    "429-files": Explanation(
        _l("Too many files in one hour"),
        _l("You opened more files in the last hour than one person usually does, so we are slowing down."),
        NOTHING_CHANGED,
        LATER,
    ),
    "429-lists": Explanation(
        _l("Too many lists and searches in one hour"),
        _l("You looked at more lists in the last hour than one person usually does, so we are slowing down."),
        NOTHING_CHANGED,
        LATER,
    ),
    "500": Explanation(
        _l("Something broke on our side"),
        _l("An unexpected fault stopped this page. It is not because of you."),
        _l("What you were doing was not saved."),
        _l("Try again. If it happens again, give the reference below to your administrator."),
    ),
    "500-sealed": Explanation(
        _l("This is kept sealed, and could not be opened"),
        _l("The keys of this installation are not those with which it was sealed."),
        _l("Nothing was changed, and what is sealed is still there."),
        _l("Tell whoever looks after CLAIS in your place, with the reference below: the right keys bring it back."),
    ),
    "503": Explanation(
        _l("The service is away for a moment"),
        _l("The records cannot be reached right now. This usually lasts a few seconds."),
        _l("What you wrote is not saved yet, but it is not lost."),
        _l("Wait a little, then try again."),
    ),
}


def explanation_of(status: int, variant: str | None = None) -> Explanation:
    """The sentences for a status and variant; those of 400 or 500 for a status without its own."""
    for key in (f"{status}-{variant}", str(status), "400" if status < 500 else "500"):  # noqa: PLR2004
        if key in TEXTS:
            return TEXTS[key]
    return TEXTS["500"]
