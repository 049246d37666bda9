"""What a platform has of its own in an instrument, and why a part of it is not allowed, in words."""

from collections.abc import Mapping

from clais.instruments.choices import LATITUDES, OF_ITEM
from clais.instruments.presentation import problem_text
from clais.instruments.rules.definition import Definition, Item, ItemKind, Latitude, said
from clais.instruments.rules.latitude import Reason, Refusal, allowed_in
from clais.instruments.rules.local import Layer, LocalPart, What, parts_of
from clais.instruments.wording import question_text
from clais.translation import N_
from clais.translation import gettext as _
from tenants.instruments.actions import NotAllowed
from tenants.instruments.lookups import Opened

PARTS = {
    What.LABEL: N_("%(question)s : our wording, “%(text)s”"),
    What.HINT: N_("%(question)s : our help, “%(text)s”"),
    What.REQUIRE: N_("%(question)s : an answer is needed here"),
    What.SKIP: N_("%(question)s : left out here"),
    What.CHOICE: N_("%(question)s : our choice, “%(text)s”"),
    What.SECTION: N_("Our section, “%(text)s”"),
    What.ITEM: N_("Our question, “%(text)s”"),
    What.ORDER: N_("%(question)s : our order"),
}
LOCKED = {
    What.LABEL: N_("The centre keeps the wording of this question: it is asked everywhere in the same words."),
    What.HINT: N_("The centre allows no help of your own for this question."),
    What.REQUIRE: N_("The centre does not allow an answer to this question to be compulsory."),
    What.SKIP: N_("The centre has this question asked everywhere: it cannot be left out."),
    What.CHOICE: N_("The centre allows no choice of your own for this question."),
    What.SECTION: N_("The centre allows no section of your own in this instrument."),
    What.ITEM: N_("The centre allows no question of your own in this section."),
    What.ORDER: N_("The centre keeps the order of these questions."),
}
FIELD_OF = {
    What.LABEL: "label_fr",
    What.HINT: "hint_fr",
    What.REQUIRE: "required",
    What.SKIP: "skip",
    What.CHOICE: "choices",
}
REASONS = {
    Reason.GONE: N_("This version does not ask it any more."),
    Reason.TAKEN: N_("Its code stands there already."),
    Reason.NOT_OWN: N_("Its code is not one of a platform."),
    Reason.READ: N_("Other questions depend on its answer: it cannot be left out."),
    Reason.LAST: N_("No common question would be left."),
    Reason.CONDITION: N_(
        "Its condition cannot be understood: it reads common questions that are asked here, and no others."
    ),
    Reason.NO_TEXT: N_("The text in French is missing."),
    Reason.KIND: N_("This kind of question cannot have it."),
    Reason.NO_CHOICES: N_("Only a question with one choice has choices, each of them once."),
    Reason.TOO_MANY: N_("There would be too many questions."),
}


def part_text(definition: Definition, layer: Layer, part: LocalPart) -> str:
    """A part of what the platform has of its own, in words."""
    return _(PARTS[part.what], question=question_text(definition, part.part), text=_said_in(layer, part))


def _said_in(layer: Layer, part: LocalPart) -> str:
    match part.what:
        case What.LABEL | What.HINT:
            texts: Mapping[str, str] = (layer.labels if part.what is What.LABEL else layer.hints).get(part.part, {})
            return said(texts) or next(iter(texts.values()), "")
        case What.CHOICE:
            return next((said(one.label) for one in layer.choices.get(part.part, ()) if one.code == part.code), "")
        case What.SECTION:
            return next((said(one.label) for one in layer.sections if one.id == part.part), "")
        case What.ITEM:
            item = layer.item(part.part)
            return said(item.label) if item else ""
        case _:
            return ""


def reason_text(refusal: Refusal) -> str:
    """Why a part is not applied."""
    return _(LOCKED[refusal.part.what] if refusal.reason is Reason.LOCKED else REASONS[refusal.reason])


def refusal_texts(refused: NotAllowed) -> list[tuple[str, str]]:
    """Why a change is not allowed, each reason once, with the field that it is changed with."""
    told = [(FIELD_OF.get(one.part.what, ""), reason_text(one)) for one in refused.refused]
    return list(dict.fromkeys([*told, *(("", problem_text(problem)) for problem in refused.problems)]))


def going_on(opened: Opened) -> list[str]:
    """What the platform has of its own that a version allows."""
    refused = {one.part for one in opened.refused}
    return [_text(opened, part) for part in parts_of(opened.layer) if part not in refused]


def stopping(opened: Opened) -> list[tuple[str, str]]:
    """What it does not allow, and why."""
    return [(_text(opened, part), why) for part, why in stopping_parts(opened).items()]


def stopping_parts(opened: Opened) -> dict[LocalPart, str]:
    """The parts that a version does not allow, each with the reason."""
    return {one.part: reason_text(one) for one in opened.refused}


def _text(opened: Opened, part: LocalPart) -> str:
    return part_text(opened.definition, opened.layer, part)


def latitudes_in(definition: Definition, item: Item) -> list[Latitude]:
    """What a platform may do with a common question, as far as there is something to do."""
    listed = item.kind in {ItemKind.ONE_OF, ItemKind.MANY_OF}
    return [
        one
        for one in OF_ITEM
        if one in allowed_in(definition, item)
        and (one is not Latitude.CHOICES or listed)
        and (one is not Latitude.REQUIRE or not item.required)
    ]


def allowed_text(definition: Definition, item: Item) -> str:
    """What the centre allows to be done with a question."""
    allowed = latitudes_in(definition, item)
    if not allowed:
        return _("Locked: asked everywhere in the same way.")
    return _("The centre allows: %(acts)s.", acts=", ".join(_(LATITUDES[one]) for one in allowed))
