from uuid import UUID

from flask import Response, flash, request, url_for

from clais.exchange.practice.models import PracticeCard
from clais.exchange.practice.presentation import days_text, readers_text
from clais.exchange.practice.queries import PUBLISHED, received_readings
from clais.feature.help import PLACES
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.registry.queries import open_platforms
from clais.translation import gettext as _
from clais.web.context import actor, database, get_or_404
from clais.web.rendering import form_page, redirect_after_post, render
from clais.workflow import Refused
from support_center.practice import actions, rows
from support_center.practice.conflicts import moved, save
from support_center.practice.forms import field_values
from support_center.practice.queries import own_cards
from support_center.practice.schemas import CardSchema, ChangedCardSchema
from support_center.practice.workflow import CARD, WRITE

pages = Pages()
SEE = "practice.see"
STEPS = {"publication": "publish", "retrait": "withdraw", "reprise": "publish_again"}
"""What an address calls a step of the workflow of a card."""
TAGS = {"draft": "wait", "published": "done", "withdrawn": ""}


@pages.page("/fiches", SEE)
def index() -> Response:
    """The cards of the centre: drafts, what is published with how many have read it, what was withdrawn."""
    session = database()
    cards, told = own_cards(session), received_readings(session)
    shelves = {state: [card for card in cards if card.state == state] for state in CARD.states}
    return render(
        "practice_desk/index.html",
        shelves=shelves,
        states=CARD.states,
        tags=TAGS,
        days_text=days_text,
        for_whom=readers_text,
        readers={card.id: rows.readers_tag(card, told.get(card.id, [])) for card in cards},
        may_write=actor().may(WRITE),
    )


@pages.page("/fiches/<uuid:card_id>", SEE)
def card(card_id: UUID) -> Response:
    """One card, and how many have read it in each platform."""
    session, row = database(), get_or_404(PracticeCard, card_id)
    told = received_readings(session, row.id).get(row.id, [])
    return render(
        "practice_desk/card.html",
        card=row,
        state=(_(CARD.states[row.state]), TAGS[row.state]),
        buttons=CARD.buttons(row, actor().permissions),
        steps={step: name for name, step in STEPS.items()},
        readings=rows.readings_of(row, open_platforms(session, actor().basin_id), told),
        days_text=days_text,
        readers_text=readers_text,
        places=[_(PLACES[code]) for code in row.places if code in PLACES],
        may_write=actor().may(WRITE),
    )


@pages.form("/fiches/nouvelle", WRITE)
def new_card() -> Response:
    """Begin a card."""
    form = Form(CardSchema())
    if request.method == "POST":
        form = Form.from_request(CardSchema(), request.form)
        if form.validate():
            row = actions.draft_card(database(), actor(), form.data)
            flash(_("It is a draft: nobody else sees it."), "done")
            return redirect_after_post(url_for("practice_desk.card", card_id=row.id))
    return form_page(form, _("New card"), url_for("practice_desk.index"))


@pages.form("/fiches/<uuid:card_id>/modification", WRITE)
def change_card(card_id: UUID) -> Response:
    """Change a card; a published one as a new version, or in its words only."""
    row = get_or_404(PracticeCard, card_id)
    schema = ChangedCardSchema() if row.state == PUBLISHED else CardSchema()
    form = Form(schema, field_values(schema, row))
    if request.method == "POST":
        form = Form.from_request(schema, request.form)
        if form.validate():
            facts = dict(form.data)
            again = facts.pop("again", False)
            save(form, schema, row, lambda: actions.change_card(database(), row, facts, again=again))
            flash(_("Saved: it is to be read again.") if again else _("Saved."), "done")
            return redirect_after_post(url_for("practice_desk.card", card_id=card_id))
    return form_page(
        form, _("Change the card"), url_for("practice_desk.card", card_id=card_id), version=form.version or row.version
    )


@pages.button("/fiches/<uuid:card_id>/<any({}):step>".format(", ".join(STEPS)), WRITE)
def move_card(card_id: UUID, step: str) -> Response:
    """Publish a card, withdraw it, or publish it again."""
    row = get_or_404(PracticeCard, card_id)
    back = url_for("practice_desk.card", card_id=card_id)
    try:
        actions.move_card(database(), actor(), row, STEPS[step])
    except Refused as refused:
        raise moved(row, back) from refused
    said = _("The platforms read it now.") if row.state == PUBLISHED else _("It is shown nowhere any more.")
    flash(said, "done")
    return redirect_after_post(back)
