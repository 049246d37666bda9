import json
from dataclasses import asdict, dataclass
from pathlib import Path

from config.benchmarks.measuring import Timing

TIMES, MILLISECONDS, A_SECOND, MEGABYTES, KILOBYTES, PERCENT = "×", " ms", " /s", " Mo", " ko", " %"
"""Units of figures, as they follow the number. A megabyte is a million bytes."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What a figure is held to: no more than `bound`, or no less."""

    bound: float
    at_least: bool = False

    def is_kept_by(self, figure: float) -> bool:
        """Whether the figure, in the unit of its row, is good."""
        return figure >= self.bound if self.at_least else figure <= self.bound

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.bound:g}"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the report: a figure and the promise for it. Without a promise, it is only reported.

    `time` is what the figure was made of, where that was timed; one error breaks the promise, whatever the figure.
    """

    name: str
    label: str
    time: Timing | None = None
    figure: float | None = None
    unit: str = TIMES
    promise: Promise | None = None
    statements: int | None = None
    errors: int = 0

    @classmethod
    def in_time(cls, name: str, label: str, time: Timing, most: float) -> "Row":
        """A line whose upper quartile is held to so many milliseconds."""
        return cls(name, label, time, time.high, MILLISECONDS, Promise(most))

    @property
    def is_kept(self) -> bool | None:
        """Whether the promise is kept; None when there is none."""
        if self.promise is None or self.figure is None:
            return None
        return not self.errors and self.promise.is_kept_by(self.figure)


def table(rows: list[Row]) -> str:
    """The lines as text: median with quartiles, figure against the promise, statements, verdict."""
    head = f"{'':<51} {'médiane ms':>11} {'quartiles':>19} {'mesure':>10} {'promis':>10} {'SQL':>4}"
    lines = [head, "-" * len(head)]
    for row in rows:
        median = f"{row.time.median:.2f}" if row.time is not None else ""
        quartiles = f"{row.time.low:.2f} – {row.time.high:.2f}" if row.time is not None else ""
        promise = str(row.promise) if row.promise is not None else ""
        statements = str(row.statements) if row.statements is not None else ""
        verdict = {True: "  tenu", False: "  PAS TENU", None: ""}[row.is_kept]
        if row.errors:
            verdict += f" (erreurs : {row.errors})"
        lines.append(
            f"{row.label:<51} {median:>11} {quartiles:>19} {_figure(row):>10} {promise:>10} {statements:>4}{verdict}"
        )
    return "\n".join(lines)


def spaced(number: int) -> str:
    """A number as French writes it: 10 000."""
    return f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def _figure(row: Row) -> str:
    if row.figure is None:
        return ""
    return f"{row.figure:.{2 if row.unit == TIMES else 0}f}{row.unit}"


def save(rows: list[Row], path: Path, **about: object) -> None:
    """Write the lines and what they were measured on as JSON."""
    content = {**about, "rows": [{**asdict(row), "kept": row.is_kept} for row in rows]}
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
