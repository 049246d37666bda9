"""The meaning of expressions: which types go together, and what a whole one answers.

An expression is compiled once, into closures: nothing is evaluated as code. A compiled one is total: for any answers,
missing ones included, it gives a value and raises nothing. What is missing equals only what is missing; it is neither
less nor more than anything, and what is computed with it is missing.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, DecimalException
from operator import eq, ge, gt, le, lt, ne

from clais.instruments.rules.syntax import (
    Call,
    ExpressionError,
    ItemValue,
    Number,
    Operation,
    Text,
    Tree,
    items_of,
    parse,
)
from clais.instruments.rules.values import Expression, Kind, Reading, Situation, Type, Value


def compiled(text: str, types: Mapping[str, Type], own: Type | None = None) -> Expression:
    """The expression of a text. `own` is the type of the dot. Raises ExpressionError."""
    tree = parse(text)
    type_, read = _Compiler(types, own).compile(tree)
    return Expression(text, items_of(tree), type_, read)


def condition(text: str, types: Mapping[str, Type], own: Type | None = None) -> Expression:
    """The same for what is true or false. Raises ExpressionError."""
    found = compiled(text, types, own)
    if found.type.kind is not Kind.TRUTH:
        raise ExpressionError("not_a_condition")
    return found


_NUMBERS = frozenset({Kind.NUMBER, Kind.LEVEL})
_WORDS = frozenset({Kind.TEXT, Kind.CODE})
_JOINTS = frozenset({"and", "or"})
_ORDERED = {"<": lt, "<=": le, ">": gt, ">=": ge}
_SUMS: Mapping[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "mod": lambda a, b: a % b,
}
_NUMBER, _TRUTH, _TEXT, _DAY = (Type(kind) for kind in (Kind.NUMBER, Kind.TRUTH, Kind.TEXT, Kind.DAY))
Compiled = tuple[Type, Reading]


class _Compiler:
    def __init__(self, types: Mapping[str, Type], own: Type | None) -> None:
        self._types = types
        self._own = own

    def compile(self, tree: Tree) -> Compiled:
        match tree:
            case Number(value=number):
                return _NUMBER, lambda _situation: number
            case Text(value=text):
                return _TEXT, lambda _situation: text or None
            case ItemValue():
                return self._answer(tree)
            case Call():
                return self._called(tree)
            case Operation(sign=sign):
                make = self._joined if sign in _JOINTS else self._computed if sign in _SUMS else self._compared
                return make(tree)

    def _answer(self, tree: ItemValue) -> Compiled:
        if not tree.id:
            if self._own is None:
                raise ExpressionError("no_own_answer", tree.at)
            return self._own, lambda situation: situation.own
        item = tree.id
        if item not in self._types:
            raise ExpressionError("unknown_item", tree.at, item)
        return self._types[item], lambda situation: situation.answers.get(item)

    def _joined(self, tree: Operation) -> Compiled:
        first, second = (self._of_kind(part, Kind.TRUTH) for part in tree.operands)
        if tree.sign == "and":
            return _TRUTH, lambda situation: first(situation) is True and second(situation) is True
        return _TRUTH, lambda situation: first(situation) is True or second(situation) is True

    def _computed(self, tree: Operation) -> Compiled:
        parts = [self._of_kind(part, *_NUMBERS) for part in tree.operands]
        compute = _SUMS[tree.sign]
        if len(parts) == 1:
            parts.insert(0, lambda _situation: Decimal(0))
        first, second = parts

        def read(situation: Situation) -> Value:
            left, right = first(situation), second(situation)
            if not isinstance(left, Decimal) or not isinstance(right, Decimal):
                return None
            try:
                return compute(left, right)
            except DecimalException:  # Divided by zero, or too large.
                return None

        return _NUMBER, read

    def _compared(self, tree: Operation) -> Compiled:
        left, right = tree.operands
        (left_type, first), (right_type, second) = self.compile(left), self.compile(right)
        if tree.sign in _ORDERED:
            return _TRUTH, self._in_order(tree, (left_type, first), (right_type, second))
        if not (_is_empty(left) or _is_empty(right)):
            self._fit(tree.at, tree.sign, left_type, right_type)
            self._known(left_type, right)
            self._known(right_type, left)
        same = eq if tree.sign == "=" else ne
        return _TRUTH, lambda situation: bool(same(first(situation), second(situation)))

    def _in_order(self, tree: Operation, left: Compiled, right: Compiled) -> Reading:
        kinds = {left[0].kind, right[0].kind}
        if not (kinds <= _NUMBERS or kinds == {Kind.DAY}):
            raise ExpressionError("not_in_order", tree.at, tree.sign)
        first, second, compare = left[1], right[1], _ORDERED[tree.sign]

        def read(situation: Situation) -> Value:
            one, other = first(situation), second(situation)
            return one is not None and other is not None and bool(compare(one, other))

        return read

    def _fit(self, at: int, sign: str, left: Type, right: Type) -> None:
        kinds = {left.kind, right.kind}
        if len(kinds) > 1 and not kinds <= _NUMBERS and not kinds <= _WORDS:
            raise ExpressionError("types_differ", at, sign)

    def _known(self, type_: Type, tree: Tree) -> None:
        """Refuse the code of a choice that there is not: the comparison would never hold."""
        if type_.codes and isinstance(tree, Text) and tree.value not in type_.codes:
            raise ExpressionError("unknown_code", tree.at, tree.value)

    def _of_kind(self, tree: Tree, *kinds: Kind) -> Reading:
        type_, read = self.compile(tree)
        if type_.kind not in kinds:
            raise ExpressionError(f"expected_{kinds[0]}" if len(kinds) == 1 else "expected_number", tree.at)
        return read

    def _called(self, tree: Call) -> Compiled:
        known = FUNCTIONS.get(tree.name)
        if known is None:
            raise ExpressionError("unknown_function", tree.at, tree.name)
        fewest, most, make = known
        if not fewest <= len(tree.arguments) <= most:
            raise ExpressionError("arguments", tree.at, tree.name)
        return make(self, tree)

    def selected(self, tree: Call) -> Compiled:
        """Whether a choice is chosen."""
        asked, code = tree.arguments
        type_, read = self.compile(asked)
        if type_.kind not in {Kind.CODE, Kind.CODES, Kind.LEVEL}:
            raise ExpressionError("not_a_choice", asked.at)
        if not isinstance(code, Text):
            raise ExpressionError("code_expected", code.at)
        self._known(type_, code)
        wanted = code.value

        def chosen(situation: Situation) -> Value:
            found = read(situation)
            return wanted in found if isinstance(found, frozenset) else found is not None and str(found) == wanted

        return _TRUTH, chosen

    def count_selected(self, tree: Call) -> Compiled:
        """How many choices are chosen."""
        read = self._of_kind(tree.arguments[0], Kind.CODES)

        def count(situation: Situation) -> Value:
            found = read(situation)
            return Decimal(len(found)) if isinstance(found, frozenset) else Decimal(0)

        return _NUMBER, count

    def negated(self, tree: Call) -> Compiled:
        """The contrary."""
        read = self._of_kind(tree.arguments[0], Kind.TRUTH)
        return _TRUTH, lambda situation: read(situation) is not True

    def chosen_by(self, tree: Call) -> Compiled:
        """One value or another, as a condition holds or not."""
        test = self._of_kind(tree.arguments[0], Kind.TRUTH)
        type_, (first, second) = self._alternatives(tree, tree.arguments[1:])
        return type_, lambda situation: first(situation) if test(situation) is True else second(situation)

    def coalesce(self, tree: Call) -> Compiled:
        """The first of two values that is not missing."""
        type_, (first, second) = self._alternatives(tree, tree.arguments)

        def read(situation: Situation) -> Value:
            found = first(situation)
            return second(situation) if found is None else found

        return type_, read

    def _alternatives(self, tree: Call, parts: tuple[Tree, ...]) -> tuple[Type, tuple[Reading, Reading]]:
        (left, first), (right, second) = map(self.compile, parts)
        self._fit(tree.at, tree.name, left, right)
        if left == right:
            return left, (first, second)
        kinds = {left.kind, right.kind}
        return Type(min(kinds) if len(kinds) == 1 else Kind.NUMBER if kinds <= _NUMBERS else Kind.TEXT), (first, second)

    def length(self, tree: Call) -> Compiled:
        """The characters of a text."""
        read = self._of_kind(tree.arguments[0], Kind.TEXT)
        return _NUMBER, lambda situation: Decimal(len(str(read(situation) or "")))

    def day(self, tree: Call) -> Compiled:
        """A day that is written, as 2026-11-29."""
        written = tree.arguments[0]
        try:
            found = date.fromisoformat(written.value if isinstance(written, Text) else "")
        except ValueError:
            raise ExpressionError("day_expected", written.at) from None
        return _DAY, lambda _situation: found


def _is_empty(tree: Tree) -> bool:
    return isinstance(tree, Text) and not tree.value


FUNCTIONS: Mapping[str, tuple[int, int, Callable[[_Compiler, Call], Compiled]]] = {
    "selected": (2, 2, _Compiler.selected),
    "count-selected": (1, 1, _Compiler.count_selected),
    "not": (1, 1, _Compiler.negated),
    "if": (3, 3, _Compiler.chosen_by),
    "coalesce": (2, 2, _Compiler.coalesce),
    "string-length": (1, 1, _Compiler.length),
    "date": (1, 1, _Compiler.day),
    "today": (0, 0, lambda _compiler, _tree: (_DAY, lambda situation: situation.day)),
    "true": (0, 0, lambda _compiler, _tree: (_TRUTH, lambda _situation: True)),
    "false": (0, 0, lambda _compiler, _tree: (_TRUTH, lambda _situation: False)),
}
"""Name → the fewest and the most arguments, and how it is compiled."""
