"""The language of a request: Flask-Babel with the merged catalogues of all packages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from pathlib import Path

from babel import Locale
from babel.support import NullTranslations
from flask import Flask, appcontext_popped, appcontext_pushed, g, has_request_context
from flask_babel import Babel, Domain, get_locale

from clais.catalogues import languages, translations_into
from clais.translation import OF_REQUEST

DEFAULT_LOCALE = "fr_BE"
TIME_ZONE = "Europe/Brussels"


_LOCALE: ContextVar[Locale | None] = ContextVar("the locale of the request", default=None)


class MergedDomain(Domain):
    """A Flask-Babel domain with our merged catalogues. The ids are the English texts."""

    def __init__(self, extra_folders: Sequence[Path] = ()) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.by_language = {
            language: translations_into(language, tuple(extra_folders)) for language in sorted(languages())
        }
        self.untranslated = NullTranslations()

    def get_translations(self) -> NullTranslations:
        """The translations of the current locale, looked up once per request: a page needs hundreds of texts."""
        translations = OF_REQUEST.get()
        if translations is None:
            locale = get_locale()
            translations = self.by_language.get(locale.language if locale else "", self.untranslated)
            if has_request_context():
                OF_REQUEST.set(translations)
        return translations


class MergedBabel(Babel):
    """Flask-Babel with `MergedDomain` as its default domain."""

    def __init__(self, app: Flask, extra_folders: Sequence[Path], **options: object) -> None:
        # Read at start-up, so that an invalid catalogue fails there and not on a page.
        self.domain_instance = MergedDomain(extra_folders)
        super().__init__(app, **options)  # type: ignore[no-untyped-call]


def _template_gettext(domain: MergedDomain) -> dict[str, Callable[..., str]]:
    """The gettext functions for templates, faster than those of Flask-Babel: a page needs hundreds of texts."""

    def gettext(text: str) -> str:
        return domain.get_translations().gettext(text)

    def ngettext(one: str, many: str, number: int) -> str:
        return domain.get_translations().ngettext(one, many, number)

    def pgettext(context: str, text: str) -> str:
        return str(domain.get_translations().pgettext(context, text))

    return {"gettext": gettext, "ngettext": ngettext, "pgettext": pgettext}


def preferred_locale() -> str | None:
    """The locale that the user chose (`g.locale`), or None for the default one, Belgian French."""
    return g.get("locale") if has_request_context() else None


def locale_of_request() -> Locale:
    """The locale of the request, looked up once; Belgian French outside of one."""
    locale = _LOCALE.get()
    if locale is None:
        locale = get_locale() or Locale.parse(DEFAULT_LOCALE)
        if has_request_context():
            _LOCALE.set(locale)
    return locale


def language_of_request() -> str:
    """The code of its language: that of the page, and of the texts of an instrument."""
    return str(locale_of_request().language)


def _forget(_app: Flask, **_more: object) -> None:
    OF_REQUEST.set(None)
    _LOCALE.set(None)


def init_translations(app: Flask, extra_folders: Sequence[Path] = ()) -> MergedDomain:
    """Install the languages. `extra_folders` are folders outside the repository that also have catalogues."""
    babel = MergedBabel(
        app,
        extra_folders,
        default_locale=DEFAULT_LOCALE,
        default_timezone=TIME_ZONE,
        locale_selector=preferred_locale,
    )
    functions = _template_gettext(babel.domain_instance)
    app.jinja_env.install_gettext_callables(**functions, newstyle=True)  # type: ignore[attr-defined]
    appcontext_pushed.connect(_forget, app)
    appcontext_popped.connect(_forget, app)
    domain: MergedDomain = babel.domain_instance
    return domain
