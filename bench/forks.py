"""Runs tests in forks of a process that has imported everything except our code, which each fork imports afresh."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import time
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path

import pytest

OPTIONS = ["-q", "-x", "-n", "0", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"]


@dataclass(frozen=True, slots=True)
class Run:
    """The result of a test run."""

    passed: bool
    late: bool
    seconds: float


def preload() -> None:
    """Import everything the tests import, then drop our own modules, which each fork imports afresh."""
    import_module("tests.conftest")
    for plugin in entry_points(group="pytest11"):
        plugin.load()
    ours = {path.name for path in Path().iterdir() if path.is_dir()}
    for name in list(sys.modules):
        if name.partition(".")[0] in ours - {"bench"}:
            del sys.modules[name]
    gc.freeze()  # keep the collector away from what lives now


def run(tests: list[str], within: float | None = None) -> Run:
    """Run these tests; after `within` seconds they are stopped with everything they started.

    A run without a limit leaves its bytecode for later runs.
    """
    begun = time.monotonic()
    fork = multiprocessing.get_context("fork").Process(target=_test, args=[tests, within is None])
    fork.start()
    fork.join(within)
    late = fork.is_alive()
    if late:
        os.killpg(fork.pid or 0, signal.SIGKILL)
        fork.join()
    return Run(fork.exitcode == 0, late, time.monotonic() - begun)


def _test(tests: list[str], leave_bytecode: bool) -> None:
    os.setsid()
    null = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(null, stream)
    # Never a mutant's: two with the same second and length would be mistaken for each other.
    sys.dont_write_bytecode = not leave_bytecode
    os.environ["PYTHONDONTWRITEBYTECODE"] = "" if leave_bytecode else "1"
    sys.exit(pytest.main([*OPTIONS, *tests]))
