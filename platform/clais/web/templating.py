"""Templates are compiled once per language, with the constant texts and icons already in them.

A page holds hundreds of fixed texts and icons, and Jinja looks each up whenever it draws the page. Without this module
the row `form` of the benchmarks takes 15 % more CPU time: 10 for texts, the rest for icons and for `if` without `else`.
The rows `list`, `search`, `file` and `inbox` take 5 to 7 % more.
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
FIXED = frozenset({"icon", "asset_url"})
"""The globals that return the same for the same arguments as long as the process runs."""


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

    def _generate(self, source: nodes.Template, name: str | None, *arguments: Any, **options: Any) -> str:
        # Jinja's hook between parsing a template and generating its code.
        if self.translations is not None:
            source = _ConstantCalls(self, self.translations, name).visit(source)
        return super()._generate(source, name, *arguments, **options)


class _ConstantCalls(NodeTransformer):
    """Replaces a call in a template by its result, where that is the same for all readers of the language."""

    def __init__(self, environment: Templates, translations: NullTranslations, name: str | None) -> None:
        self.environment = environment
        self.translations = translations
        self.context = nodes.EvalContext(environment, name)

    def visit_Call(self, node: nodes.Call) -> nodes.Expr:  # noqa: N802 - the visitor's name for it.
        """Translate constant texts, and call the constant globals."""
        self.generic_visit(node)
        name = node.node.name if isinstance(node.node, nodes.Name) else None
        if node.dyn_args is not None or node.dyn_kwargs is not None:
            return node
        if name == GETTEXT:
            return self._translated(node)
        # With auto-reload the URL of a style sheet changes when it is saved.
        if name in FIXED and not self.environment.auto_reload:
            return self._called(node, self.environment.globals[name])
        return node

    def visit_CondExpr(self, node: nodes.CondExpr) -> nodes.Expr:  # noqa: N802 - the visitor's name for it.
        """`{{ x if y }}` renders nothing otherwise: Jinja's undefined value for that is slow to render."""
        self.generic_visit(node)
        if node.expr2 is None:
            node.expr2 = nodes.TemplateData("", lineno=node.lineno)
        return node

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

    def _called(self, node: nodes.Call, function: Any) -> nodes.Expr:
        try:
            arguments = [one.as_const(self.context) for one in node.args]
            named = {one.key: one.value.as_const(self.context) for one in node.kwargs}
        except nodes.Impossible:
            return node
        return nodes.TemplateData(str(function(*arguments, **named)), lineno=node.lineno)
