"""How Hypothesis chooses its examples."""

from __future__ import annotations

from hypothesis import HealthCheck, settings


def load(*, full: bool) -> None:
    """The same examples in every run, however slow the machine; others in a full one."""
    settings.register_profile(
        "ours",
        derandomize=not full,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    settings.load_profile("ours")
