"""Signed commands through the whole pipeline, against a bare verifying route and against hikari's RESTBot."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from bench.load import HERE, Load, Served, load, served, signed_requests

CONNECTIONS = (1, 16, 64)
ROUNDS = 3
BARE = [
    sys.executable,
    "-m",
    "uvicorn",
    "bench.bare_route:app",
    "--port",
    "PORT",
    "--no-access-log",
    "--log-level",
    "warning",
]
OURS = [sys.executable, "-m", "app.cli", "web"]


def measure(environment: dict[str, str], hikari: Path | None, seconds: float) -> list[str]:
    """The lines of the table; every variant takes turns in each round, so that drift affects all alike."""
    variants: dict[str, tuple[Sequence[str], str]] = {
        "bare route, /ping": (BARE, "ping"),
        "Tatiana, /ping": (OURS, "ping"),
        "Tatiana, /balance": (OURS, "balance"),
    }
    if hikari:
        variants["hikari as its README, /ping"] = ([str(hikari), str(HERE / "hikari_bot.py")], "ping")
        variants["hikari at its best, /ping"] = ([str(hikari), "-OO", str(HERE / "hikari_bot.py"), "--best"], "ping")
    with ExitStack() as stack:
        servers: dict[str, Served] = {}
        for command, _ in variants.values():
            key = " ".join(command)
            if key not in servers:
                path = "/" if "hikari_bot" in key else "/interactions"
                servers[key] = stack.enter_context(served(command, environment, path=path))
        files = {name: signed_requests(name) for name in ("ping", "balance")}
        found: dict[tuple[str, int], list[Load]] = {}
        for command, name in variants.values():  # warm
            load(servers[" ".join(command)], files[name], 16, 2)
        for _ in range(ROUNDS):
            for connections in CONNECTIONS:
                for label, (command, name) in variants.items():
                    result = load(servers[" ".join(command)], files[name], connections, seconds)
                    found.setdefault((label, connections), []).append(result)
        memory = {label: servers[" ".join(command)].memory() for label, (command, _) in variants.items()}
    return [*_table(list(variants), found), "", *_memory(memory)]


def _table(labels: list[str], found: dict[tuple[str, int], list[Load]]) -> list[str]:
    lines = [
        "| variant | connections | requests/s | CPU a request | speed, bare = 1 | p50 | p99 | slowest | errors |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for connections in CONNECTIONS:
        bare = found[labels[0], connections]
        for label in labels:
            runs = found[label, connections]
            ratio = statistics.median(b.cpu / r.cpu for b, r in zip(bare, runs, strict=True))
            lines.append(
                f"| {label} | {connections} | {_median(runs, 'per_second'):,.0f} | {_median(runs, 'cpu') * 1e6:.0f} µs "
                f"| {ratio:.2f} | {_median(runs, 'p50') * 1e3:.1f} ms | {_median(runs, 'p99') * 1e3:.1f} ms "
                f"| {_median(runs, 'slowest') * 1e3:.0f} ms | {sum(run.errors for run in runs)} |"
            )
    return lines


def _median(runs: list[Load], field: str) -> float:
    return statistics.median(getattr(run, field) for run in runs)


def _memory(memory: dict[str, float]) -> list[str]:
    return [
        "Resident memory after the load: " + ", ".join(f"{label} {mib:.0f} MiB" for label, mib in memory.items()) + "."
    ]
