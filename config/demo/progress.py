"""How far a long work is: a bar in a terminal; elsewhere, such as in a log, a line now and then."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm

SECONDS_A_LINE = 20.0


@contextmanager
def shown(total: int, what: str, unit: str, *, progress: bool) -> Iterator[Callable[[int], object]]:
    """Show how much of `total` is done, as the block says it with each part, on the error output."""
    if progress and not sys.stderr.isatty():
        yield _Lines(total, what, unit)
        return
    with tqdm(total=total, desc=what, unit=f" {unit}", disable=not progress) as bar:
        yield bar.update


class _Lines:
    """A line for the first part, for the last, and each time that some seconds have passed."""

    def __init__(self, total: int, what: str, unit: str) -> None:
        self.total, self.what, self.unit = total, what, unit
        self.done, self.begun, self.said = 0, time.monotonic(), 0.0

    def __call__(self, part: int) -> None:
        self.done += part
        moment = time.monotonic()
        if moment - self.said >= SECONDS_A_LINE or self.done >= self.total:
            self.said = moment
            seconds = moment - self.begun
            sys.stderr.write(f"{self.what} : {self.done} sur {self.total} {self.unit}, {seconds:.0f} s\n")
            sys.stderr.flush()
