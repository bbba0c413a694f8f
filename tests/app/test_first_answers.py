"""Our own counting of first answers says what the library's own counters would."""

from __future__ import annotations

import random

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.registry import Collector

from app.first_answers import FirstAnswers

BOUNDS = (0.005, 0.01, 0.5, 3.0)

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def samples(collector: Collector) -> Samples:
    """Every series with its value, but for the moments at which the library made its own."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): round(sample.value, 6)
        for family in collector.collect()
        for sample in family.samples
        if not sample.name.endswith("_created")
    }


def test_it_tells_prometheus_what_the_library_would() -> None:
    ours, registry = FirstAnswers(BOUNDS), CollectorRegistry()
    count = Counter("tatiana_interactions", "", ("command", "outcome"), registry=registry)
    duration = Histogram("tatiana_first_answer_seconds", "", ("command",), buckets=BOUNDS, registry=registry)
    chance = random.Random(3)
    for _ in range(500):
        command, outcome = chance.choice(("ping", "shop buy")), chance.choice(("answered", "failed"))
        seconds = chance.choice((*BOUNDS, 0.0, 7.5, chance.expovariate(20)))
        ours.add(command, outcome, seconds)
        count.labels(command, outcome).inc()
        duration.labels(command.partition(" ")[0]).observe(seconds)
    theirs = samples(count) | samples(duration)
    assert len(theirs) == 4 + 2 * (len(BOUNDS) + 3)
    assert samples(ours) == theirs


def test_nothing_is_told_before_the_first_answer() -> None:
    assert samples(FirstAnswers(BOUNDS)) == {}
