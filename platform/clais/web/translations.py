"""The language of a request: Flask-Babel over the merged catalogues of the house."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from babel.support import NullTranslations
from flask import Flask, g, has_request_context
from flask_babel import Babel, Domain, get_locale

from clais.catalogues import languages, translations_into

DEFAULT_LOCALE = "fr_BE"
TIME_ZONE = "Europe/Brussels"


class MergedDomain(Domain):
    """Flask-Babel's domain, over our merged catalogues. English is the ids themselves."""

    def __init__(self, extra_folders: Sequence[Path] = ()) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.by_language = {
            language: translations_into(language, tuple(extra_folders)) for language in sorted(languages())
        }
        self.untranslated = NullTranslations()

    def get_translations(self) -> NullTranslations:
        """The translations of the present locale, looked up once a request: a page asks for hundreds of texts."""
        kept: NullTranslations | None = g.get("translations") if has_request_context() else None
        if kept is None:
            locale = get_locale()
            kept = self.by_language.get(locale.language if locale else "", self.untranslated)
            if has_request_context():
                g.translations = kept
        return kept


class MergedBabel(Babel):
    """Flask-Babel with our domain as the default one."""

    def __init__(self, app: Flask, extra_folders: Sequence[Path], **options: object) -> None:
        # Read before anything else, so that a broken catalogue stops the start and not a page.
        self.domain_instance = MergedDomain(extra_folders)
        super().__init__(app, **options)  # type: ignore[no-untyped-call]


def _quick_gettext(domain: MergedDomain) -> dict[str, Callable[..., str]]:
    """Gettext for templates: a page asks for hundreds of texts, and the extension takes the long way."""

    def gettext(text: str) -> str:
        return domain.get_translations().gettext(text)

    def ngettext(one: str, many: str, number: int) -> str:
        return domain.get_translations().ngettext(one, many, number)

    def pgettext(context: str, text: str) -> str:
        return str(domain.get_translations().pgettext(context, text))

    return {"gettext": gettext, "ngettext": ngettext, "pgettext": pgettext}


def preferred_locale() -> str | None:
    """The locale that the person chose (`g.locale`), or None for the default one: French of Belgium."""
    return g.get("locale") if has_request_context() else None


def init_translations(app: Flask, extra_folders: Sequence[Path] = ()) -> MergedDomain:
    """Set the languages up. `extra_folders` are folders outside the house that have texts too."""
    babel = MergedBabel(
        app,
        extra_folders,
        default_locale=DEFAULT_LOCALE,
        default_timezone=TIME_ZONE,
        locale_selector=preferred_locale,
    )
    functions = _quick_gettext(babel.domain_instance)
    app.jinja_env.install_gettext_callables(**functions, newstyle=True)  # type: ignore[attr-defined]
    domain: MergedDomain = babel.domain_instance
    return domain
