"""First answers, counted at next to no cost: the library's own counters would take a twentieth of an answer's time."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import accumulate

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector


class FirstAnswers(Collector):
    """How many there were by command and outcome, and how long each took; added to by the event loop alone."""

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = bounds
        self._outcomes: Counter[tuple[str, str]] = Counter()
        self._within: dict[str, list[int]] = {}
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def add(self, command: str, outcome: str, seconds: float) -> None:
        """A first answer was given."""
        self._outcomes[command, outcome] += 1
        if command not in self._within:
            self._within[command] = [0] * (len(self._bounds) + 1)
        self._within[command][bisect_left(self._bounds, seconds)] += 1
        self._seconds[command] += seconds

    def collect(self) -> Iterator[CounterMetricFamily | HistogramMetricFamily]:
        """Both as Prometheus reads them."""
        answered = CounterMetricFamily("tatiana_interactions", "Interactions answered", labels=("command", "outcome"))
        for labels, count in self._outcomes.items():
            answered.add_metric(labels, count)
        yield answered
        name, about = "tatiana_first_answer_seconds", "From receipt to the first answer"
        duration = HistogramMetricFamily(name, about, labels=("command",))
        ends = [*map(str, self._bounds), "+Inf"]
        for command, counts in self._within.items():
            duration.add_metric((command,), list(zip(ends, accumulate(counts), strict=True)), self._seconds[command])
        yield duration
