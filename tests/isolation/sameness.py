"""Which pages of a walk need not be asked for, as those about others of their kind became the same."""

import re
from collections import Counter
from collections.abc import Iterable

SAME = 8
"""So many pages of a kind after each other with nothing new say that the others have nothing new either."""
KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TELLING = ("class", "id", "name", "type", "hx-get", "hx-post", "action", "href")
"""What the elements of pages about several people or things are told apart by."""


def kind(path: str) -> str:
    """What an address has in common with those about others: it without its keys and questions."""
    return KEY.sub("*", path.partition("?")[0])


class Sameness:
    """Knows of which kinds the last pages, so many of them, had nothing that those before had not.

    The page of a thing, as the file of a person, and what lies one step behind it are always asked for: they differ
    with the state of the thing. Further behind it are many pages, of each fact about the person, and they seldom do.
    """

    def __init__(self, enough: int) -> None:
        self.enough = enough
        self._shown: dict[str, set[tuple[str, ...]]] = {}
        self._in_vain = Counter[str]()

    def is_over(self, path: str) -> bool:
        """Whether a page need not be asked for, as those of its kind became the same."""
        further = path.rpartition("*/")[2].count("/") if "*/" in path else 0
        return further > 0 and self._in_vain[path] >= self.enough

    def meet(self, path: str, elements: Iterable[tuple[str, dict[str, str | None]]]) -> None:
        """Take note of the elements of a page of a kind."""
        shown = {(tag, *(kind(values.get(name) or "") for name in TELLING), *values) for tag, values in elements}
        known = self._shown.setdefault(path, set())
        self._in_vain[path] = self._in_vain[path] + 1 if shown <= known else 0
        known |= shown
