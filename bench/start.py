"""Time from process start to the first correct responses, and the memory of an idle process."""

from __future__ import annotations

import statistics

import orjson

from bench.load import served
from bench.requests import BARE, OURS
from tests.support.bot import KEY, Bot

ROUNDS = 7


def measure(environment: dict[str, str]) -> list[str]:
    """The lines of the table: medians of several starts, the variants in turn."""
    balance = orjson.dumps(Bot(None, KEY).command("balance"))
    variants = {
        "bare route, first PONG": (BARE, None),
        "Tatiana, first PONG": (OURS, None),
        "Tatiana, first /balance": (OURS, balance),
    }
    seconds: dict[str, list[float]] = {label: [] for label in variants}
    memory: dict[str, float] = {}
    for _ in range(ROUNDS):
        for label, (command, first) in variants.items():
            with served(command, environment | {"OPEN_WHEN_WARM": "false"}, first) as server:
                seconds[label].append(server.ready - server.started)
                memory[label] = server.memory()
    bare = statistics.median(seconds["bare route, first PONG"])
    lines = [
        "| from the start of the process to | median | against the bare route | resident then |",
        "|---|---|---|---|",
    ]
    for label, runs in seconds.items():
        middle = statistics.median(runs)
        lines.append(f"| {label} | {middle:.2f} s | {middle / bare:.2f} × | {memory[label]:.0f} MiB |")
    return lines
