"""Templates compiled once a language: what is the same on every page of it is put in when they are compiled.

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
"""The globals that give the same answer to the same words as long as the process runs."""


class Templates(Environment):
    """Flask's environment, which hands out the templates of the language in use, and its own when there is none."""

    domain: MergedDomain | None = None
    translations: NullTranslations | None = None
    """Those that are put into the templates of this environment; None in the one that the others are made from."""

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
        # Jinja's hook between reading a template and writing its code.
        if self.translations is not None:
            source = _Settled(self, self.translations, name).visit(source)
        return super()._generate(source, name, *arguments, **options)


class _Settled(NodeTransformer):
    """Replaces what a template asks for by the answer, where that is the same for everybody who reads this language."""

    def __init__(self, environment: Templates, translations: NullTranslations, name: str | None) -> None:
        self.environment = environment
        self.translations = translations
        self.context = nodes.EvalContext(environment, name)

    def visit_Call(self, node: nodes.Call) -> nodes.Expr:  # noqa: N802 - the visitor's name for it.
        """Look up texts; call what is fixed."""
        self.generic_visit(node)
        asked = node.node.name if isinstance(node.node, nodes.Name) else None
        if node.dyn_args is not None or node.dyn_kwargs is not None:
            return node
        if asked == GETTEXT:
            return self._translated(node)
        # Under reload a style sheet gets another address when it is saved.
        if asked in FIXED and not self.environment.auto_reload:
            return self._called(node, self.environment.globals[asked])
        return node

    def visit_CondExpr(self, node: nodes.CondExpr) -> nodes.Expr:  # noqa: N802 - the visitor's name for it.
        """`{{ x if y }}` shows nothing otherwise; Jinja makes an undefined value for that, and it is slow to show."""
        self.generic_visit(node)
        if node.expr2 is None:
            node.expr2 = nodes.TemplateData("", lineno=node.lineno)
        return node

    def _translated(self, node: nodes.Call) -> nodes.Expr:
        """The text itself, as Jinja's own `_` would give it: markup, whose named values are escaped."""
        (text,) = node.args
        if not isinstance(text, nodes.Const):
            return node
        words = self.translations.gettext(text.value)
        if not node.kwargs:
            return nodes.TemplateData(words % {}, lineno=node.lineno)
        values = [nodes.Pair(nodes.Const(one.key), one.value, lineno=node.lineno) for one in node.kwargs]
        return nodes.Mod(
            nodes.TemplateData(words, lineno=node.lineno), nodes.Dict(values, lineno=node.lineno), lineno=node.lineno
        )

    def _called(self, node: nodes.Call, function: Any) -> nodes.Expr:
        try:
            arguments = [one.as_const(self.context) for one in node.args]
            named = {one.key: one.value.as_const(self.context) for one in node.kwargs}
        except nodes.Impossible:
            return node
        return nodes.TemplateData(str(function(*arguments, **named)), lineno=node.lineno)
