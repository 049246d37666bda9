"""The languages of a version: how far each is, and its texts beside the French ones."""

from uuid import UUID

from flask import Response, abort, flash, request

from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.instruments.choices import LANGUAGE_NAMES
from clais.instruments.rules.definition import MAIN_LANGUAGE, RIGHT_TO_LEFT, Definition
from clais.instruments.rules.translations import with_texts
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.rendering import redirect_after_post, render
from support_center.instruments.conflicts import changed, need_draft, refuse_stale
from support_center.instruments.languages import (
    ALL,
    PER_PAGE,
    PREFIX,
    TextLine,
    language_progress,
    text_lines,
    texts_mark,
    texts_schema,
    texts_url,
    values_of,
)
from support_center.instruments.lookups import Opened, opened_version
from support_center.instruments.views.editor import head
from support_center.instruments.workflow import WRITE

pages = Pages()
READ = "instrument.read"


@pages.page("/outils/versions/<uuid:version_id>/langues", READ)
def languages(version_id: UUID) -> Response:
    """How far each language of a version is."""
    opened = opened_version(version_id)
    return render(
        "instruments/languages.html",
        **head(opened),
        progress_of=language_progress(opened.definition),
        texts_url=texts_url,
    )


@pages.page("/outils/versions/<uuid:version_id>/langues/<language>", READ)
def language(version_id: UUID, language: str) -> Response:
    """The texts in one language beside the French ones: those that are missing, or all of them."""
    opened = _opened(version_id, language)
    lines = text_lines(opened.definition, language)
    shown = _chosen(lines)
    first = (_number() - 1) * PER_PAGE
    if first and first >= len(shown):
        abort(404)
    page = shown[first : first + PER_PAGE]
    more = len(shown) > first + PER_PAGE
    return _page(opened, language, page, Form(texts_schema(page), values_of(page)), more=more)


@pages.post("/outils/versions/<uuid:version_id>/langues/<language>", WRITE)
def save_texts(version_id: UUID, language: str) -> Response:
    """Save some texts in one language."""
    opened = _opened(version_id, language)
    sent = {name for name in request.form if name.startswith(PREFIX)}
    lines = [line for line in text_lines(opened.definition, language) if line.name in sent]
    form = Form.from_request(texts_schema(lines, sent - {line.name for line in lines}), request.form)
    need_draft(opened, form)
    if not form.validate():
        return _page(opened, language, lines, form, status=422)

    def change(standing: Definition) -> Definition:
        there = [line for line in text_lines(standing, language) if line.name in sent]
        refuse_stale(form, texts_mark(standing, language, sent), values_of(there))
        return with_texts(standing, language, {line.key: form.data[line.name] for line in there})

    changed(opened, form, change, language)
    new = sum(bool(form.data[line.name]) and form.data[line.name] != line.here for line in lines)
    flash(ngettext("%(num)d text is saved.", "%(num)d texts are saved.", new) if new else _("Saved."), "done")
    return redirect_after_post(_address(opened, language))


def _opened(version_id: UUID, language: str) -> Opened:
    """A version that has a language besides the main one, or 404."""
    opened = opened_version(version_id)
    if language == MAIN_LANGUAGE or language not in opened.definition.languages:
        abort(404)
    return opened


def _chosen(lines: list[TextLine]) -> list[TextLine]:
    return lines if _all() else [line for line in lines if not line.here]


def _all() -> bool:
    return request.args.get("textes") == ALL


def _number() -> int:
    asked = request.args.get("page", "1")
    if not (asked.isascii() and asked.isdecimal() and 0 < len(asked) <= len("1000") and int(asked)):
        abort(404)
    return int(asked)


def _address(opened: Opened, language: str, number: int = 1) -> str:
    return texts_url(opened.version.id, language, every=_all(), page=number)


def _page(
    opened: Opened, language: str, lines: list[TextLine], form: Form, *, more: bool = False, status: int = 200
) -> Response:
    groups: dict[str, list[TextLine]] = {}
    for line in lines:
        groups.setdefault(line.group, []).append(line)
    names = {line.name for line in lines}
    return render(
        "instruments/language.html",
        status=status,
        **head(opened),
        form=form,
        groups=groups,
        language=language,
        language_name=LANGUAGE_NAMES[language],
        is_right_to_left=language in RIGHT_TO_LEFT,
        progress_of=language_progress(opened.definition),
        texts_url=texts_url,
        shows_all=_all(),
        address=_address(opened, language, _number()),
        next_url=_address(opened, language, _number() + 1) if more else "",
        mark=texts_mark(opened.definition, language, names),
    )
