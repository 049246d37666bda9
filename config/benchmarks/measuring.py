from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from statistics import quantiles
from time import perf_counter

from tqdm import tqdm

from config.benchmarks.browser import Call

WARM_UP = 5


@dataclass(frozen=True, slots=True)
class Timing:
    """Quartiles of one thing's times, in milliseconds."""

    low: float
    median: float
    high: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Timing":
        """The quartiles of some times in seconds; all three are the same for one."""
        times = [second * 1000 for second in seconds]
        low, median, high = quantiles(times, n=4, method="inclusive") if len(times) > 1 else times * 3
        return cls(low, median, high)


def interleaved(calls: Mapping[str, Call], rounds: int, *, progress: bool = True) -> dict[str, Timing]:
    """Time each of `calls` once per round, in a changing order, so that disturbances affect all equally."""
    for call in calls.values():
        for _ in range(min(WARM_UP, rounds)):
            call()
    times: dict[str, list[float]] = {name: [] for name in calls}
    names, order = list(calls), Random(1998)  # noqa: S311 - an order, not a secret.
    for _ in tqdm(range(rounds), desc="Mesures", unit=" tours", disable=not progress):
        order.shuffle(names)
        for name in names:
            begun = perf_counter()
            calls[name]()
            times[name].append(perf_counter() - begun)
    return {name: Timing.of(found) for name, found in times.items()}
