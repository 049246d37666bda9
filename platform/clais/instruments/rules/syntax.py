"""The syntax of expressions: text to a tree. The language is a part of XLSForm's, which is a part of XPath 1.0
(https://xlsform.org, https://getodk.github.io/xforms-spec): a spreadsheet's conditions are read as they are.

    ${children} >= 1 and not(selected(${languages}, 'fr'))
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import NoReturn

LONGEST, DEEPEST, MOST_SIGNS, DIGITS = 1000, 30, 150, 15
"""The characters of an expression, how deep its parentheses go, its signs between operands, and a number's digits.

The tree is read by recursion, whose depth is at most DEEPEST and MOST_SIGNS together.
"""
COMPARISONS = ("=", "!=", "<=", ">=", "<", ">")
_TOKEN = re.compile(
    r"""\s*(?:
    (?P<number>\d+(?:\.\d+)?|\.\d+)
    | (?P<text>'[^']*'|"[^"]*")
    | \$\{\s*(?P<item>[A-Za-z_][A-Za-z0-9_.-]*)\s*\}
    | (?P<name>[A-Za-z][A-Za-z0-9-]*)
    | (?P<sign>!=|<=|>=|[=<>()+*,.-])
    )""",
    re.VERBOSE,
)


class ExpressionError(ValueError):
    """An expression that cannot be understood: `code` says why, `at` is where in the text, `about` what it is about."""

    def __init__(self, code: str, at: int = 0, about: str = "") -> None:
        super().__init__(code, at, about)
        self.code, self.at, self.about = code, at, about


@dataclass(frozen=True, slots=True)
class Number:
    value: Decimal
    at: int = 0


@dataclass(frozen=True, slots=True)
class Text:
    value: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class ItemValue:
    """The answer to an item; an empty id is the answer that a constraint is about, written as a dot."""

    id: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class Operation:
    """A sign between two operands, or a minus before one."""

    sign: str
    operands: tuple["Tree", ...]
    at: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    arguments: tuple["Tree", ...]
    at: int = 0


Tree = Number | Text | ItemValue | Operation | Call


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


def parse(text: str) -> Tree:
    """The tree of an expression. Raises ExpressionError."""
    if len(text) > LONGEST:
        raise ExpressionError("too_long", LONGEST)
    return _Parser(_tokens(text)).whole()


def items_of(tree: Tree) -> frozenset[str]:
    """The items whose answers an expression reads."""
    match tree:
        case ItemValue(id=item):
            return frozenset({item} if item else ())
        case Operation(operands=parts) | Call(arguments=parts):
            return frozenset().union(*map(items_of, parts))
        case _:
            return frozenset()


def _tokens(text: str) -> list[_Token]:
    found = []
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            start = position + len(text[position:]) - len(text[position:].lstrip())
            raise ExpressionError("unknown_sign", start, text[start : start + 10])
        found.append(_Token(match.lastgroup, match[match.lastgroup], match.end() - len(match[0].lstrip())))
        position = match.end()
    return [*found, _Token("end", "", end)]


class _Parser:
    """Recursive descent, one method a level of precedence, the loosest first."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._next = 0
        self._depth = 0
        self._signs = 0

    def whole(self) -> Tree:
        tree = self._either()
        if self._token.kind != "end":
            self._fail("unexpected")
        return tree

    @property
    def _token(self) -> _Token:
        return self._tokens[self._next]

    def _fail(self, code: str) -> NoReturn:
        token = self._token
        raise ExpressionError("cut_short" if token.kind == "end" else code, token.at, token.text)

    def _take(self) -> _Token:
        token = self._token
        self._next += 1
        return token

    def _takes(self, *texts: str, kind: str = "sign") -> _Token | None:
        token = self._token
        return self._take() if token.kind == kind and token.text in texts else None

    def _operation(self, sign: _Token, *operands: Tree) -> Tree:
        self._signs += 1
        if self._signs > MOST_SIGNS:
            raise ExpressionError("too_long", sign.at)
        return Operation(sign.text, operands, sign.at)

    def _expect(self, text: str) -> None:
        if not self._takes(text):
            self._fail("unexpected")

    def _either(self) -> Tree:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ExpressionError("too_deep", self._token.at)
        tree = self._both()
        while token := self._takes("or", kind="name"):
            tree = self._operation(token, tree, self._both())
        self._depth -= 1
        return tree

    def _both(self) -> Tree:
        tree = self._compared()
        while token := self._takes("and", kind="name"):
            tree = self._operation(token, tree, self._compared())
        return tree

    def _compared(self) -> Tree:
        tree = self._sum()
        if token := self._takes(*COMPARISONS):
            tree = self._operation(token, tree, self._sum())
            if self._token.text in COMPARISONS:
                self._fail("two_comparisons")
        return tree

    def _sum(self) -> Tree:
        tree = self._product()
        while token := self._takes("+", "-"):
            tree = self._operation(token, tree, self._product())
        return tree

    def _product(self) -> Tree:
        tree = self._signed()
        while token := self._takes("*") or self._takes("div", "mod", kind="name"):
            tree = self._operation(token, tree, self._signed())
        return tree

    def _signed(self) -> Tree:
        token = self._takes("-")
        operand = self._single()
        return self._operation(token, operand) if token else operand

    def _single(self) -> Tree:
        token = self._take()
        match token.kind, token.text:
            case "number", digits:
                if len(digits) > DIGITS:
                    raise ExpressionError("long_number", token.at, digits)
                return Number(Decimal(digits), token.at)
            case "text", quoted:
                return Text(quoted[1:-1], token.at)
            case ("item", _) | ("sign", "."):
                return ItemValue(token.text if token.kind == "item" else "", token.at)
            case "sign", "(":
                tree = self._either()
                self._expect(")")
                return tree
            case "name", name if self._takes("("):
                return Call(name, self._arguments(), token.at)
        self._next -= 1
        return self._fail("unexpected")

    def _arguments(self) -> tuple[Tree, ...]:
        if self._takes(")"):
            return ()
        found = [self._either()]
        while self._takes(","):
            found.append(self._either())
        self._expect(")")
        return tuple(found)
