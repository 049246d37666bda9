"""What was acknowledged, and when, against what is stored in the end."""

import threading
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise


@dataclass(frozen=True)
class Verdict:
    """What a run shows; times in seconds."""

    acknowledged: int
    lost: int
    doubled: int
    longest_outage: float

    def __str__(self) -> str:
        return f"{self.acknowledged} acknowledged, {self.lost} lost, {self.doubled} doubled"


@dataclass
class Ledger:
    """The names of writes that were acknowledged. Many threads write into it."""

    acknowledged: dict[str, float] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def acknowledge(self, name: str) -> None:
        """Note that the house said it has this write."""
        with self._lock:
            self.acknowledged[name] = time.monotonic()

    def last(self) -> float:
        """When the house last said so."""
        with self._lock:
            return max(self.acknowledged.values(), default=self.began)

    def verdict(self, stored: Iterable[str]) -> Verdict:
        """Compare with the names that are stored, each as often as it is."""
        counted = Counter(stored)
        moments = [self.began, *sorted(self.acknowledged.values())]
        return Verdict(
            acknowledged=len(self.acknowledged),
            lost=sum(counted[name] == 0 for name in self.acknowledged),
            doubled=sum(times > 1 for times in counted.values()),
            longest_outage=max((b - a for a, b in pairwise(moments)), default=0.0),
        )
