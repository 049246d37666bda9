from collections.abc import Iterable, Iterator, Sequence

DRAWN = "*Drawn from the code by `make docs`; `make check` compares it with the code.*"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of a Markdown table; a bar in a cell is escaped."""
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


def mermaid(lines: Iterable[str]) -> Iterator[str]:
    """The lines of a diagram as Markdown shows it."""
    yield "```mermaid"
    yield from lines
    yield "```"


def page(title: str, purpose: str, *parts: Iterable[str]) -> str:
    """A page: its title, its purpose, the note that it is generated, its parts."""
    lines = [f"# {title}", "", purpose, "", DRAWN]
    for part in parts:
        lines += ["", *part]
    return "\n".join(lines) + "\n"
