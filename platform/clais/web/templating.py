"""Templates are compiled once per language, with the constant texts already in them.

A page holds hundreds of constant texts, and Jinja looks each one up whenever it renders the page: without this module
the row `form` of the benchmarks takes 10 % more CPU time.
"""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from typing import Any, Self

from babel.support import NullTranslations
from flask import has_app_context
from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.visitor import NodeTransformer

from clais.web.translations import MergedDomain

GETTEXT = "_"


class Templates(Environment):
    """Flask's environment, which returns the templates of the language in use, and its own when there is none."""

    domain: MergedDomain | None = None
    translations: NullTranslations | None = None
    """The translations in the templates of this environment; None in the environment that the others are made from."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.by_language: dict[NullTranslations, Self] = {}

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 - Jinja's name for it.
    ) -> Template:
        """The template of that name in the language in use. Raises TemplateNotFound."""
        return super(Templates, self.in_use()).get_template(name, parent, globals)

    def select_template(
        self,
        names: Iterable[str | Template],
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 - Jinja's name for it.
    ) -> Template:
        """The first of these templates that exists, in the language in use. Raises TemplatesNotFound."""
        return super(Templates, self.in_use()).select_template(names, parent, globals)

    def in_use(self) -> Self:
        """The environment of the language in use, made when it is first asked for."""
        if self.translations is not None or self.domain is None or not has_app_context():
            return self
        translations = self.domain.get_translations()
        if translations not in self.by_language:
            chosen = self.overlay(cache_size=-1)
            chosen.translations = translations
            self.by_language[translations] = chosen
        return self.by_language[translations]

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The names that every template knows.

        Templates add none of their own here, so Jinja's chain of two maps, which each page reads hundreds of times, is
        not needed: without this the row `list` of the benchmarks takes 5 % more CPU time.
        """
        return super().make_globals(d) if d else self.globals

    def _generate(self, source: nodes.Template, name: str | None, *arguments: Any, **options: Any) -> str:
        # Jinja's hook between parsing a template and generating its code.
        if self.translations is not None:
            source = _ConstantTexts(self.translations).visit(source)
        return super()._generate(source, name, *arguments, **options)


class _ConstantTexts(NodeTransformer):
    """Replaces the call that looks a constant text up by the translation."""

    def __init__(self, translations: NullTranslations) -> None:
        self.translations = translations

    def visit_Call(self, node: nodes.Call) -> nodes.Expr:  # noqa: N802 - the visitor's name for it.
        """Translate a constant text."""
        self.generic_visit(node)
        is_gettext = isinstance(node.node, nodes.Name) and node.node.name == GETTEXT
        if not is_gettext or node.dyn_args is not None or node.dyn_kwargs is not None:
            return node
        return self._translated(node)

    def _translated(self, node: nodes.Call) -> nodes.Expr:
        """The text as Jinja's own `_` returns it: markup whose named values are escaped."""
        (text,) = node.args
        if not isinstance(text, nodes.Const):
            return node
        translated = self.translations.gettext(text.value)
        if not node.kwargs:
            return nodes.TemplateData(translated % {}, lineno=node.lineno)
        values = [nodes.Pair(nodes.Const(one.key), one.value, lineno=node.lineno) for one in node.kwargs]
        return nodes.Mod(
            nodes.TemplateData(translated, lineno=node.lineno),
            nodes.Dict(values, lineno=node.lineno),
            lineno=node.lineno,
        )
