import json
from dataclasses import asdict, dataclass
from pathlib import Path

from config.benchmarks.measuring import Timing


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the report. `limit` is the promise for `ratio`, `most` that for the upper quartile, in milliseconds.

    Without either, the time is only reported.
    """

    name: str
    label: str
    time: Timing
    ratio: float | None = None
    limit: float | None = None
    statements: int | None = None
    most: float | None = None

    @property
    def is_kept(self) -> bool | None:
        """Whether the promise is kept; None when there is none."""
        if self.most is not None:
            return self.time.high <= self.most
        return None if self.ratio is None or self.limit is None else self.ratio <= self.limit


def table(rows: list[Row]) -> str:
    """The lines as text: median with quartiles, ratio against the promise, statements, verdict."""
    head = f"{'':<44} {'médiane ms':>11} {'quartiles':>17} {'rapport':>9} {'promis':>7} {'SQL':>4}"
    lines = [head, "-" * len(head)]
    for row in rows:
        ratio = f"{row.ratio:.2f}×" if row.ratio is not None else ""
        limit = f"≤ {row.limit:g}" if row.limit is not None else _in_time(row.most)
        statements = str(row.statements) if row.statements is not None else ""
        verdict = {True: "  tenu", False: "  PAS TENU", None: ""}[row.is_kept]
        quartiles = f"{row.time.low:.2f} – {row.time.high:.2f}"
        lines.append(
            f"{row.label:<44} {row.time.median:>11.2f} {quartiles:>17} {ratio:>9} {limit:>7} {statements:>4}{verdict}"
        )
    return "\n".join(lines)


def _in_time(most: float | None) -> str:
    if most is None:
        return ""
    return f"≤ {most / 1000:g} s" if most >= 1000 else f"≤ {most:g} ms"  # noqa: PLR2004 - a second.


def save(rows: list[Row], path: Path, **about: object) -> None:
    """Write the lines and what they were measured on as JSON."""
    content = {**about, "rows": [{**asdict(row), "kept": row.is_kept} for row in rows]}
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
