"""Expressions of XLSForm: those that a definition cannot hold are found here, and left out with what they need."""

import re
from collections.abc import Collection, Iterator

from clais.instruments.rules.expressions import FUNCTIONS
from clais.instruments.rules.syntax import LONGEST, ExpressionError, parse

_QUOTES = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"'})
"""What word processors make of straight quotes."""
_TEXT = re.compile(r"'[^']*'|\"[^\"]*\"")
_CALL = re.compile(r"([A-Za-z][A-Za-z0-9:_-]*)\s*\(")
_ITEM = re.compile(r"\$\{\s*([^}\s]*)\s*\}")
_PATH = re.compile(r"\.\.|/|\[|\||\blast-saved#")
_XFORMS = frozenset(
    [
        "abs",
        "acos",
        "area",
        "asin",
        "atan",
        "atan2",
        "base64-decode",
        "boolean",
        "boolean-from-string",
        "ceiling",
        "checklist",
        "concat",
        "contains",
        "cos",
        "count",
        "count-non-empty",
        "current",
        "date-time",
        "decimal-date",
        "decimal-date-time",
        "decimal-time",
        "digest",
        "distance",
        "ends-with",
        "enclosed-area",
        "exp",
        "exp10",
        "extract-signed",
        "floor",
        "format-date",
        "format-date-time",
        "geofence",
        "id",
        "indexed-repeat",
        "instance",
        "int",
        "join",
        "jr:choice-name",
        "jr:itext",
        "lang",
        "last",
        "local-name",
        "log",
        "log10",
        "max",
        "min",
        "namespace-uri",
        "name",
        "normalize-space",
        "now",
        "number",
        "once",
        "pi",
        "position",
        "pow",
        "property",
        "pulldata",
        "random",
        "randomize",
        "regex",
        "round",
        "selected-at",
        "sin",
        "sqrt",
        "starts-with",
        "string",
        "substr",
        "substring",
        "substring-after",
        "substring-before",
        "sum",
        "tan",
        "thousandsep",
        "translate",
        "true",
        "uuid",
        "version",
        "weighted-checklist",
    ]
)
"""The functions of XForms (https://getodk.github.io/xforms-spec/#xpath-functions); what else is called is a slip."""
_BOOLEANS = {"yes": "true()", "true": "true()", "no": "false()", "false": "false()"}


def straight(text: str) -> str:
    """An expression as it is kept: with straight quotes, when it cannot be read as it is."""
    if text.lower() in _BOOLEANS:
        return _BOOLEANS[text.lower()]
    try:
        parse(text)
    except ExpressionError:
        return text.translate(_QUOTES)
    return text


def unsaid(text: str, left_out: Collection[str]) -> Iterator[str]:
    """What of an expression a definition cannot say: functions, paths, and the items that are left out."""
    if len(text) > LONGEST:
        return  # Its rules refuse it.
    bare = _TEXT.sub("''", text)
    yield from (item for item in _ITEM.findall(bare) if item in left_out)
    without = _ITEM.sub("x", bare)
    yield from (name for name in _CALL.findall(without) if name in _XFORMS and name not in FUNCTIONS)
    yield from _PATH.findall(_ITEM.sub("x", bare) if "last-saved" not in bare else bare)
