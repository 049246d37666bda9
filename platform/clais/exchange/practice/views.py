from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Response, abort, request, url_for

from clais.database import NIL
from clais.exchange.adoptions.queries import adoption_of, received_adoptions
from clais.exchange.practice.rows import Held, columns, filters, in_order, lines_of, narrowed
from clais.exchange.practice.schemas import DocumentsSchema, SearchSchema
from clais.exchange.practice.words import EDITIONS, Edition, charter, past_of, word_of, words_of
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.listing import Cell
from clais.registry.models import SUPPORT_CENTRE
from clais.registry.queries import open_platforms
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.context import actor, database
from clais.web.formatting import near_day
from clais.web.lists import asked as asked_of_list
from clais.web.lists import found_text
from clais.web.rendering import render

pages = Pages()
READ = "word.read"


@pages.form("/mots", READ)
def words() -> Response:
    """The words of the charter, those that have what is asked."""
    edition, form = charter(database()), search_form()
    asked = form.data["q"] if form.validate() else ""
    found = words_of(edition, asked) if edition else []
    return render(
        "exchange_practice/words.html", status=422 if form.errors else 200, edition=edition, words=found, form=form
    )


def search_form() -> Form:
    """What is searched: sent in the body, never in an address."""
    return Form.from_request(SearchSchema(), request.form)


def library(
    feature: str, held: Sequence[Held], use: str, uses: Mapping[str, str], cell: Callable[[Held], Cell]
) -> dict[str, Any]:
    """What the list of the library shows, narrowed as its address and its search ask.

    `feature` has the pages `documents` and `document`. `use` heads the column of who uses a document, `uses` says what
    each of schemas.USES means there, `cell` what it shows.
    """
    chosen, form = asked_of_list(f"{feature}.documents", DocumentsSchema), search_form()
    searched = form.data["q"] if form.validate() else ""
    page = in_order(narrowed(held, chosen.filters, searched), chosen.sort, descending=chosen.descending)
    listing = chosen.listing(
        _("Library"),
        columns(use),
        lines_of(page, url_for(f"{feature}.document", document_id=NIL), cell),
        filters=filters(uses),
        found=found_text(len(page), len(held), ngettext("%(num)d document", "%(num)d documents", len(held))),
    )
    return {
        "status": 422 if form.errors else 200,
        "listing": listing,
        "is_narrowed": bool(chosen.filters or searched),
        "form": form,
    }


@pages.page("/mots/<code>", READ)
def word(code: str) -> Response:
    """What a word means, since which version, what changed, and who agreed."""
    session = database()
    edition = charter(session)
    found = word_of(edition, code) if edition else None
    if edition is None or found is None:
        abort(404)
    past = past_of(EDITIONS.of(session), code)
    return render(
        "exchange_practice/word.html", edition=edition, word=found, past=past, agreed=_agreed(edition, past[-1].number)
    )


def _agreed(edition: Edition, since: int) -> str:
    """Who works with a version of the charter that has the word: for the centre how many, for a platform itself."""
    session, who = database(), actor()
    if who.tenant_kind == SUPPORT_CENTRE:
        platforms = {tenant.id for tenant in open_platforms(session, who.basin_id)}
        adoptions = received_adoptions(session)
        numbers = [
            row.number
            for (instrument, tenant), row in adoptions.items()
            if instrument == edition.instrument_id and tenant in platforms and row.number is not None
        ]
        agreed = sum(number >= since for number in numbers)
        return ngettext(
            "%(num)d platform of %(all)s has agreed on it.",
            "%(num)d platforms of %(all)s have agreed on it.",
            agreed,
            all=len(platforms),
        )
    own = adoption_of(session, edition.instrument_id)
    if own is None or own.number is None or own.adopted_on is None or own.number < since:
        return _("This platform has not agreed on it yet.")
    return _("This platform has agreed on it since %(day)s.", day=near_day(own.adopted_on))
