"""French, and any other language, from the plain PO files that each package keeps beside its code.

All `*/translations/<language>.po` are read and merged at start-up; there is nothing to compile and nothing to forget.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context
from flask_babel import Babel, Domain, get_locale

PLATFORM = Path(__file__).parents[2]
HOUSE = PLATFORM.parent
WINGS = ("tenants", "support_center", "config")
DEFAULT_LOCALE = "fr_BE"
TIME_ZONE = "Europe/Brussels"


def source_folders(root: Path | None = None) -> list[Path]:
    """Where sources and catalogues stand: the ground floor and the wings beside it, or `root` alone."""
    return [root] if root else [PLATFORM, *(HOUSE / wing for wing in WINGS if (HOUSE / wing).is_dir())]


def catalogue_files(language: str, root: Path | None = None) -> list[Path]:
    """The PO files of a language, in a fixed order."""
    return [path for folder in source_folders(root) for path in sorted(folder.rglob(f"translations/{language}.po"))]


def languages(root: Path | None = None) -> set[str]:
    """The languages that have at least one catalogue."""
    return {path.stem for folder in source_folders(root) for path in folder.rglob("translations/*.po")}


def merged_catalogue(language: str, files: Iterable[Path] | None = None) -> Catalog:
    """One catalogue out of those of all packages; the first translation of an id wins."""
    merged = Catalog(locale=language, domain="messages")
    for path in catalogue_files(language) if files is None else files:
        with path.open("rb") as stream:
            for message in read_po(stream, locale=language):
                if message.id and merged.get(message.id, message.context) is None:
                    merged[message.id] = message
    return merged


def translations_of(catalogue: Catalog) -> Translations:
    """Translations for gettext, made in memory."""
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


class MergedDomain(Domain):
    """Flask-Babel's domain, over our merged catalogues. English is the ids themselves."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.by_language = {language: translations_of(merged_catalogue(language)) for language in sorted(languages())}
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

    def __init__(self, app: Flask, **options: object) -> None:
        # Read before anything else, so that a broken catalogue stops the start and not a page.
        self.domain_instance = MergedDomain()
        super().__init__(app, **options)  # type: ignore[no-untyped-call]


def _quick_gettext(domain: MergedDomain) -> tuple[Callable[[str], str], Callable[[str, str, int], str]]:
    """Gettext and ngettext for templates: a page asks for hundreds of texts, and the extension takes the long way."""

    def gettext(text: str) -> str:
        return domain.get_translations().gettext(text)

    def ngettext(one: str, many: str, number: int) -> str:
        return domain.get_translations().ngettext(one, many, number)

    return gettext, ngettext


def preferred_locale() -> str | None:
    """The locale that the person chose (`g.locale`), or None for the default one: French of Belgium."""
    return g.get("locale") if has_request_context() else None


def init_translations(app: Flask) -> MergedDomain:
    """Set the languages up."""
    babel = MergedBabel(
        app,
        default_locale=DEFAULT_LOCALE,
        default_timezone=TIME_ZONE,
        locale_selector=preferred_locale,
    )
    gettext, ngettext = _quick_gettext(babel.domain_instance)
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    domain: MergedDomain = babel.domain_instance
    return domain
