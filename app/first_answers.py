"""Counts first responses at almost no cost: the library's own counters would take 5 % of a response's time."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import accumulate

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector


class FirstAnswers(Collector):
    """First responses by command and outcome, with their durations; updated only from the event loop.

    Durations are by top-level command, because every subcommand would add nine series.
    """

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = bounds
        self._outcomes: Counter[tuple[str, str]] = Counter()
        self._within: dict[str, list[int]] = {}
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def add(self, command: str, outcome: str, seconds: float) -> None:
        """Count one first response."""
        self._outcomes[command, outcome] += 1
        top = command.partition(" ")[0]
        if top not in self._within:
            self._within[top] = [0] * (len(self._bounds) + 1)
        self._within[top][bisect_left(self._bounds, seconds)] += 1
        self._seconds[top] += seconds

    def collect(self) -> Iterator[CounterMetricFamily | HistogramMetricFamily]:
        """Both metrics for Prometheus."""
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
