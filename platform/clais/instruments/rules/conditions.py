"""The conditions of a definition, compiled once: what is shown for some answers, and what waits for itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from clais.instruments.rules.definition import Definition, Item
from clais.instruments.rules.expressions import condition
from clais.instruments.rules.syntax import ExpressionError
from clais.instruments.rules.values import Expression, Situation, Type, Value


@dataclass(frozen=True, slots=True)
class Conditions:
    """Section or item → when it is shown; item → what its answer must fulfil; and what could not be understood.

    `faults` has the id of the part, the name of its field, and the error.
    """

    of_sections: Mapping[str, Expression]
    of_items: Mapping[str, Expression]
    constraints: Mapping[str, Expression]
    faults: tuple[tuple[str, str, ExpressionError], ...]

    def shown(self, definition: Definition, answers: Mapping[str, Value], day: date) -> list[Item]:
        """The items that are asked, in order. The answer to an item that is not shown counts as missing.

        A condition that reads what comes after it reads the answer as it stands.
        """
        standing, found = dict(answers), []
        for section in definition.sections:
            opened = self._holds(self.of_sections.get(section.id), standing, day)
            for item in section.items:
                if opened and self._holds(self.of_items.get(item.id), standing, day):
                    found.append(item)
                else:
                    standing.pop(item.id, None)
        return found

    @staticmethod
    def _holds(expression: Expression | None, answers: Mapping[str, Value], day: date) -> bool:
        return expression is None or expression.holds(Situation(answers, day))


def conditions_of(definition: Definition) -> Conditions:
    """All conditions of a definition, compiled."""
    types, faults = definition.types, list[tuple[str, str, ExpressionError]]()

    def compiled(part: str, name: str, text: str, own: Type | None = None) -> dict[str, Expression]:
        if not text:
            return {}
        try:
            return {part: condition(text, types, own)}
        except ExpressionError as error:
            faults.append((part, name, error))
            return {}

    sections, items, constraints = dict[str, Expression](), dict[str, Expression](), dict[str, Expression]()
    for section in definition.sections:
        sections |= compiled(section.id, "shown_if", section.shown_if)
    for item in definition.items.values():
        items |= compiled(item.id, "shown_if", item.shown_if)
        constraints |= compiled(item.id, "constraint", item.constraint, definition.type_of(item))
    return Conditions(sections, items, constraints, tuple(faults))


def circles(definition: Definition, conditions: Conditions) -> list[tuple[str, ...]]:
    """The circles of items that are shown if one another is, each once, beginning with the first that is asked."""
    needs: dict[str, list[str]] = {}
    for section, item in definition.placed():
        own = [conditions.of_sections.get(section.id), conditions.of_items.get(item.id)]
        read = {name for expression in own if expression for name in expression.items}
        needs.setdefault(item.id, [name for name in definition.items if name in read])
    found, done = list[tuple[str, ...]](), set[str]()
    for start, wanted in needs.items():
        path, pending = [start], [iter(wanted)]
        while pending and start not in done:
            following = next(pending[-1], None)
            if following is None:
                done.add(path.pop())
                pending.pop()
            elif following in path:
                found.append(tuple(path[path.index(following) :]))
            elif following not in done:
                path.append(following)
                pending.append(iter(needs.get(following, [])))
    return found
