from clais.exchange.referrals.queries import waiting_count
from clais.exchange.referrals.waking import APPLY_WITHDRAWALS, OFFER_SEATS
from clais.feature import Feature
from clais.feature.closing import Holding
from clais.feature.job import Job
from clais.feature.navigation import RailEntry, Search, SubjectPage
from clais.registry.models import SUPPORT_CENTRE
from clais.translation import N_
from support_center.routing import presentation
from support_center.routing.jobs import apply_withdrawals, complete_keys, next_keys_at, next_withdrawal_at
from support_center.routing.models import Enrolment, Participant, ParticipantKey, PresenceMark, SeatReserve
from support_center.routing.offers import next_offer_at, pass_on
from support_center.routing.queries import number_of_participants
from support_center.routing.trail import TRAIL
from support_center.routing.views import answers, inbox, lists, offers, participants, received, sessions
from support_center.routing.workflow import ENROLMENT, PARTICIPANT

HERE = frozenset({SUPPORT_CENTRE})

FEATURE = Feature(
    name="routing",
    package=__package__,
    trail=TRAIL,
    holdings=(Holding(N_("Participants"), number_of_participants),),
    pages=(received.pages, lists.pages, inbox.pages, answers.pages, participants.pages, offers.pages, sessions.pages),
    tables=(Participant, ParticipantKey, Enrolment, SeatReserve, PresenceMark),
    workflows=(PARTICIPANT, ENROLMENT),
    jobs=(
        # A centre that is suspended or closed still holds what was copied from parcels: it must forget like any other.
        Job(APPLY_WITHDRAWALS, apply_withdrawals, next_at=next_withdrawal_at, in_every_state=True),
        Job(OFFER_SEATS, pass_on, next_at=next_offer_at),
        Job("participant.complete_keys", complete_keys, next_at=next_keys_at, swept=True),
    ),
    rail=(
        RailEntry(
            N_("To treat"),
            "inbox",
            "routing.inbox",
            "inbox.read",
            HERE,
            order=10,
            count=lambda reader: waiting_count(reader.tenant_id),
        ),
        RailEntry(N_("Seats"), "grid-3x3-gap", "routing.seats", "participant.read", HERE, order=30),
        RailEntry(N_("Participants"), "person-lines-fill", "routing.participants", "participant.read", HERE, order=40),
    ),
    search=Search("routing.search", "participant.read", "routing.propose"),
    subject_pages=(
        SubjectPage("referral", "routing.show", "referral_id", "inbox.read", describe=presentation.descriptions),
    ),
)
