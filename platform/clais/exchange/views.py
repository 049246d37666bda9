"""The parts of pages that both wings show: the thread of a referral, the parcel. No route of its own."""

from clais.web.routing import Feature

exchange = Feature("exchange", __name__)
