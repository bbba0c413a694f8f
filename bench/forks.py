"""Runs tests in forks of one process that has imported everything but our own code, which each fork reads anew."""

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
    """What became of the tests."""

    passed: bool
    late: bool
    seconds: float


def preload() -> None:
    """Import all that the tests import, and forget what is ours, which each fork reads anew."""
    import_module("tests.conftest")
    for plugin in entry_points(group="pytest11"):
        plugin.load()
    ours = {path.name for path in Path().iterdir() if path.is_dir()}
    for name in list(sys.modules):
        if name.partition(".")[0] in ours - {"bench"}:
            del sys.modules[name]
    gc.freeze()  # what lives now is no garbage later


def run(tests: list[str], within: float | None = None) -> Run:
    """Run these tests; those that take longer than `within` seconds are ended with all that they started.

    A run without a limit leaves the bytecode of what it reads, for those that come after it.
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
    # Never a mutant's: two of one second and one length would be taken for each other.
    sys.dont_write_bytecode = not leave_bytecode
    os.environ["PYTHONDONTWRITEBYTECODE"] = "" if leave_bytecode else "1"
    sys.exit(pytest.main([*OPTIONS, *tests]))
