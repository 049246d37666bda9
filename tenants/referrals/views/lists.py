"""The lists of a platform: the referrals that it sent, and the schemes of its basin."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Response, abort, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from clais.clock import today
from clais.database import NIL
from clais.database.keyset import count_text
from clais.exchange.eligibility.queries import rules_of_version, version_in_force
from clais.exchange.eligibility.rules.judging import Rule
from clais.exchange.publications.presentation import (
    delay_facts,
    operator_facts,
    scheme_facts,
    session_texts,
    waiting_text,
)
from clais.exchange.publications.queries import (
    KINDS,
    SCHEME_STATES,
    free_seats,
    offers_of_basin,
    operator_of,
    scheme_names,
    scheme_of_basin,
    usual_delays,
)
from clais.exchange.publications.rows import (
    SORTS,
    found_listing,
    in_order,
    narrowed,
    offer_columns,
    offer_filters,
    offer_lines,
    offer_search,
    with_words,
)
from clais.exchange.publications.schemas import OfferSearchSchema
from clais.exchange.referrals.lists import GROUPS, PAGE, WITHOUT_NEWS, sent_counts, sent_page
from clais.exchange.referrals.parcels import FIELDS
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.listing import Filter, Listing
from clais.services import services
from clais.translation import N_, ngettext
from clais.translation import gettext as _
from clais.web.context import actor, database
from clais.web.formatting import exact_day
from clais.web.lists import Asked, asked, found_text, rows_or_400
from clais.web.rendering import redirect_after_post, render
from tenants.people.standing import people_by_id
from tenants.referrals.queries import people_followed_by, people_set_aside, referrals_that_moved
from tenants.referrals.rows import sent_columns, sent_lines
from tenants.referrals.schemas import OffersSchema, SentSchema

pages = Pages()

NEWS = "news"
GROUP_LABELS = {"waiting": N_("Waiting for an answer"), "running": N_("Under way"), "closed": N_("Over")}


@pages.page("/relais", "referral.read")
def index() -> Response:
    """The sent referrals of this platform: those with news for the member if there are any, else those under way."""
    session, who = database(), actor()
    chosen = asked("referrals.index", SentSchema, down_first={"moved"})
    after = chosen.after
    moved = referrals_that_moved(session, who, services().permissions)
    group = chosen.filters.get("group") or (NEWS if moved else "running")
    chosen = replace(chosen, filters={**chosen.filters, "group": group})
    narrowed_by = {name: value for name, value in chosen.filters.items() if name == "scheme_id"}
    if "news" in chosen.filters:
        narrowed_by[WITHOUT_NEWS] = today()
    people = people_followed_by(session, who.membership_id) if "whose" in chosen.filters else None
    aside = people_set_aside(session)
    if group == NEWS:
        page, people_here, more, key = [pair[0] for pair in moved], {pair[1].id: pair[1] for pair in moved}, False, None
    else:
        rows = rows_or_400(
            lambda: sent_page(
                session,
                GROUPS[group],
                narrowed_by,
                chosen.sort,
                after,
                people=people,
                without=aside,
                descending=chosen.descending,
            )
        )
        page, more = [row[0] for row in rows[:PAGE]], len(rows) > PAGE
        people_here = people_by_id(session, list({referral.person_id for referral in page}), every_file=True)
        key = rows[PAGE - 1].sort_key if more else None
    filters = _filters(chosen)
    counted = _counted(group)
    known = {
        NEWS: len(moved),
        **dict(zip(counted, sent_counts(session, counted, narrowed_by, people, aside), strict=True)),
    }
    is_narrowed = bool(narrowed_by) or people is not None
    whole = sent_counts(session, [group], without=aside)[0] if is_narrowed and group != NEWS else known[group]
    lines = sent_lines(page, people_here, may_send=who.may("referral.send"))
    listing = Listing(
        caption=_("Referrals"),
        columns=chosen.sorted_by(sent_columns()) if group != NEWS else list(sent_columns().values()),
        lines=lines,
        chips=chosen.chips(filters),
        found=found_text(known[group], whole, ngettext("%(num)d referral", "%(num)d referrals", whole)),
        next_url=chosen.next_url(key, page[-1].id) if key is not None else None,
        first_url=chosen.first_url,
        has_acts=any(line.acts for line in lines),
        tabs=_tabs(chosen, {code: count_text(count) for code, count in known.items()}),
        filters=filters,
        url=url_for("referrals.index"),
        arguments=chosen.arguments,
    )
    return render("referrals/index.html", listing=listing, is_narrowed=is_narrowed, group=group)


def _counted(group: str) -> list[str]:
    """The groups whose referrals are counted: what is over is many, and counted where it is shown alone."""
    return ["waiting", "running", *(["closed"] if group == "closed" else [])]


def _tabs(chosen: Asked, known: dict[str, str]) -> list[dict[str, Any]]:
    tabs = [chosen.tab(_(label), known.get(code), group=code) for code, label in GROUP_LABELS.items()]
    # News is sorted as it came, and is of the member's own people: nothing narrows it.
    latest = replace(chosen, filters={"group": chosen.filters["group"]}, sort=chosen.sorts[0], is_turned=False)
    return [latest.tab(_("What is new"), known[NEWS], group=NEWS), *tabs]


def _filters(chosen: Asked) -> list[Filter]:
    """The choices by which the list is narrowed; none for the news."""
    if chosen.filters["group"] == NEWS:
        return []
    return [
        Filter("whose", _("Whose"), {"mine": _("of my files")}),
        Filter("scheme_id", _("Scheme"), scheme_names(database())),
        Filter("news", _("News"), {"late": _("none for too long")}),
    ]


# The schemes of the basin
# -----------------------------------------------------------------------------------------------------


@pages.page("/offre-du-bassin", "catalogue.read")
def catalogue() -> Response:
    """What the support centre publishes: schemes, next sessions, free seats. Read-only."""
    chosen = asked("referrals.catalogue", OffersSchema)
    offers = offers_of_basin(database())
    others = {name: value for name, value in chosen.filters.items() if name != "seats"}
    views = {None: _("All"), "free": _("With free seats"), "none": _("Without a free seat")}
    page = in_order(narrowed(offers, chosen.filters), chosen.sort, descending=chosen.descending)
    listing = chosen.listing(
        _("Schemes of the basin"),
        offer_columns(),
        offer_lines(page, url_for("referrals.scheme", scheme_id=NIL), usual_delays(database())),
        filters=[each for each in offer_filters() if each.name != "seats"],
        found=found_text(len(page), len(offers), ngettext("%(num)d scheme", "%(num)d schemes", len(offers))),
        search=offer_search(),
        search_url=url_for("referrals.search_catalogue"),
        tabs=[
            chosen.tab(label, str(len(narrowed(offers, others | ({"seats": code} if code else {})))), seats=code)
            for code, label in views.items()
        ],
    )
    return render("referrals/catalogue.html", listing=listing, is_narrowed=bool(chosen.filters))


@pages.page("/offre-du-bassin/<uuid:scheme_id>", "catalogue.read")
def scheme(scheme_id: UUID) -> Response:
    """One scheme of the basin: for whom, what it asks, the sessions that one can still join."""
    offer = scheme_of_basin(database(), scheme_id)
    if offer is None:
        abort(404)
    known = usual_delays(database())
    version = version_in_force(database(), scheme_id)
    rules = rules_of_version(version) if version else ()
    return render(
        "referrals/scheme.html",
        version=version,
        rules=[(rule, _rule_texts(rule)) for rule in rules if rule.valid_until is None or rule.valid_until >= today()],
        scheme=offer.scheme,
        sessions=[session for session in offer.sessions if session.closes_on >= today()],
        facts_of=scheme_facts(
            offer.scheme, [_(FIELDS[code].label) for code in offer.scheme.required_fields if code in FIELDS]
        ),
        delays=delay_facts(offer.scheme.id, known),
        waiting={
            held.id: waiting_text(offer.scheme.id, known, closed=bool(held.count.list_closed))
            for held in offer.sessions
        },
        operator_facts=operator_facts(operator_of(database(), offer.scheme)),
        session_texts=session_texts,
        state=_(SCHEME_STATES[offer.scheme.state]) if offer.scheme.state != "open" else "",
        kinds=KINDS,
        free_seats=free_seats,
    )


def _rule_texts(rule: Rule) -> list[str]:
    """What is said of a condition besides its sentence: the days between which it holds, and the next step."""
    begins = rule.valid_from and rule.valid_from > today()
    return [
        *([_("applies from %(day)s on", day=exact_day(rule.valid_from))] if begins else ()),
        *([_("until %(day)s", day=exact_day(rule.valid_until))] if rule.valid_until else ()),
        *([_("otherwise: %(step)s", step=rule.next_step)] if rule.next_step else ()),
    ]


@pages.post("/offre-du-bassin/recherche", "catalogue.read")
def search_catalogue() -> AnyResponse:
    """The schemes that have some words, sent in the body as whatever is typed; without words, the whole list."""
    form = Form.from_request(OfferSearchSchema(), request.form)
    # After a sign-in it is looked for anew.
    is_wrong = not form.validate() and not form.reopened
    words = form["q"].value.strip()
    if not words:
        return redirect_after_post(url_for("referrals.catalogue"))
    offers = offers_of_basin(database())
    page = [] if is_wrong else in_order(with_words(offers, words), SORTS[0])
    found = found_text(len(page), len(offers), ngettext("%(num)d scheme", "%(num)d schemes", len(offers)))
    listing = found_listing(
        _("Schemes of the basin"),
        offer_lines(page, url_for("referrals.scheme", scheme_id=NIL), usual_delays(database())),
        words,
        found,
        url_for("referrals.search_catalogue"),
        url_for("referrals.catalogue"),
    )
    status = 422 if is_wrong else 200
    return render("referrals/catalogue.html", status=status, listing=listing, is_narrowed=True, form=form)
