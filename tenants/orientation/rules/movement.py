from collections.abc import Mapping
from dataclasses import dataclass

from clais.instruments.rules.difference import COMPARABLE, Comparability
from tenants.orientation.answers import Answer
from tenants.orientation.rules.dimensions import DIMENSIONS, Dimension


@dataclass(frozen=True, slots=True)
class Move:
    """The change of one dimension between two bilans. `before` is None when the earlier bilan did not answer it.

    `compared` says how the two answers compare: the question may have changed between them.
    """

    dimension: Dimension
    before: int | None
    now: int
    note: str | None
    compared: Comparability = Comparability.SAME

    @property
    def kind(self) -> str:
        """better, worse, same, new, or apart: the two answers do not compare."""
        if self.before is not None and self.compared not in COMPARABLE:
            return "apart"
        if self.before is None:
            return "new"
        return "better" if self.now > self.before else "worse" if self.now < self.before else "same"

    @property
    def is_reworded(self) -> bool:
        """Whether the two answers compare, though the question is said otherwise."""
        return self.before is not None and self.compared in COMPARABLE and self.compared is not Comparability.SAME

    @property
    def is_settled(self) -> bool:
        """Whether an obstacle is gone."""
        return self.kind == "better" and self.before is not None and self.before < 0 <= self.now


ORDER = {"better": 0, "worse": 1, "apart": 2, "new": 2, "same": 3}


def moves(
    before: Mapping[str, Answer], now: Mapping[str, Answer], compared: Mapping[str, Comparability] | None = None
) -> list[Move]:
    """The changes from one bilan to the next per dimension: the changed ones first, the same ones last.

    `compared` has the dimensions whose question changed between the two.
    """
    found = [
        Move(
            dimension,
            before[dimension.code].level if _is_readable(before, dimension) else None,
            now[dimension.code].level,
            now[dimension.code].note,
            (compared or {}).get(dimension.code, Comparability.SAME),
        )
        for dimension in DIMENSIONS
        if _is_readable(now, dimension)
    ]
    return sorted(found, key=lambda move: ORDER[move.kind])


def _is_readable(answers: Mapping[str, Answer], dimension: Dimension) -> bool:
    return dimension.code in answers and answers[dimension.code].readable


def unreadable(answers: Mapping[str, Answer]) -> list[Dimension]:
    """The dimensions whose sealed answer could not be decrypted."""
    return [dimension for dimension in DIMENSIONS if dimension.code in answers and not answers[dimension.code].readable]


def not_looked_at(before: Mapping[str, Answer], now: Mapping[str, Answer]) -> list[Dimension]:
    """The dimensions of the earlier bilan that the later one does not answer."""
    return [dimension for dimension in DIMENSIONS if dimension.code in before and dimension.code not in now]


def obstacles(answers: Mapping[str, Answer]) -> list[Dimension]:
    """The dimensions that are an obstacle, the heaviest first."""
    found = [dimension for dimension in DIMENSIONS if dimension.code in answers and answers[dimension.code].level < 0]
    return sorted(found, key=lambda dimension: answers[dimension.code].level)


def strengths(answers: Mapping[str, Answer]) -> list[Dimension]:
    """The dimensions that are a strength, the strongest first."""
    found = [dimension for dimension in DIMENSIONS if dimension.code in answers and answers[dimension.code].level > 0]
    return sorted(found, key=lambda dimension: -answers[dimension.code].level)
