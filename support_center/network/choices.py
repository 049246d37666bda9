"""The figures of the network: what each counts, since when it is counted so, what to talk about."""

from datetime import date
from typing import NamedTuple

from clais.translation import N_

SINCE = date(2026, 9, 1)
"""When the first definitions came into force."""


class Figure(NamedTuple):
    """A figure and its definition; a new `version` has a new `since`. The texts are gettext ids."""

    label: str
    definition: str
    missing: str
    """What it leaves out, and why."""
    talk: str
    version: int = 1
    since: date = SINCE


COHORT = N_("Counted by the day of sending, as things stand today.")
FIGURES = {
    "days": Figure(
        N_("Days to answer"),
        N_(
            "The median of the working days from the sending to the acceptance, advice or refusal that stands, without "
            "Saturdays, Sundays and Belgian holidays. Shown from five answers on."
        ),
        N_(
            "Those without an answer yet, and those turned away and closed since, whose days are legible no more. "
            "Month by month, answers count by the day they were given, up to three months of a period together, and "
            "only where ten answers or more can be told of the period."
        ),
        N_("Does the centre answer in time? What do the referrals lack that wait longest?"),
    ),
    "sent": Figure(
        N_("Referrals sent"),
        N_(
            "The referrals that the platform sent to the centre in the period, whatever became of them; without those "
            "sent by mistake."
        ),
        N_("Those whose consent ran out: the centre reads them no more and cannot count them."),
        N_("Whom does the platform send, and whom does it not think of sending?"),
    ),
    "arrived": Figure(
        N_("Arrived"),
        N_("Those of them that the centre has received, whatever it answered since."),
        N_("Those not received yet, called back by the platform, withdrawn by the person, or lapsed."),
        N_("What becomes of those that do not arrive: called back, withdrawn, forgotten?"),
    ),
    "started": Figure(
        N_("Started"),
        N_("Those that the centre accepted and that began in a scheme, whether or not they went to the end."),
        N_("Those accepted that wait for their first day, or ended before it."),
        N_("What happens between the acceptance and the first day?"),
    ),
    "finished": Figure(
        N_("Ended with a result"),
        N_("Those that went to the end of the scheme and have a result."),
        N_("Those still under way, and those that ended before the end."),
        N_("What helped those who went to the end? What do the others say?"),
    ),
    "seated": Figure(
        N_("Seats taken"),
        N_("Those accepted that hold a seat in a session, of those accepted. A place on a waiting list is none."),
        N_("Those accepted without a seat: on a waiting list, without a session, or whose seat was released."),
        N_("Do the sessions suit the people of this platform: hours, place, language?"),
    ),
    "instruments": Figure(
        N_("Instruments up to date"),
        N_("The instruments of which the platform works today with the newest published version, whatever the period."),
        N_("Instruments that are drafts, in review or retired ask nothing of anybody."),
        N_("What keeps the platform from adopting it: time, training, the instrument itself?"),
    ),
    "certified": Figure(
        N_("Certified agents"),
        N_(
            "The agents of the platform who hold a certificate of the centre that is valid today, whatever the course. "
            "The centre gives the certificates itself: small numbers of agents are not hidden."
        ),
        N_("Those who were never registered: the centre does not know how many agents a platform has."),
        N_("Who begins soon, and whose certificate ends in the next months?"),
    ),
    "activity": Figure(
        N_("Last activity"),
        N_(
            "The last day, whatever the period, on which the platform sent, moved or wrote on a referral to the "
            "centre, or adopted an instrument. Silence means none of these: what happens inside the platform is "
            "not legible from here."
        ),
        N_("Signing in, and work on files that stays in the platform: the centre does not see them."),
        N_("Is somebody missing, or has the work changed?"),
    ),
}
WHOLES: dict[str, str | None] = {
    "sent": None,
    "arrived": "sent",
    "answered": "arrived",
    "timed": "answered",
    "accepted": "answered",
    "seated": "accepted",
    "started": "accepted",
    "finished": "started",
}
"""Each count of referrals and what it is a part of, wholes before their parts."""
WHOLE_NAMES = {
    "sent": N_("sent"),
    "arrived": N_("arrived"),
    "answered": N_("answered"),
    "accepted": N_("accepted"),
    "started": N_("started"),
}
"""What the wholes are called in a sentence."""
RHYTHMS = {
    "daily": N_("Usually, nearly every day."),
    "weekly": N_("Usually, every week."),
    "seldom": N_("Usually, now and then."),
}
