"""Faults to switch on: what Discord and the network sometimes do."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from playground.rest.errors import Refusal


@dataclass(frozen=True)
class Faults:
    """The settings of all faults, off at the start."""

    slow_ms: int = 0
    twice: bool = False
    lose_answer: bool = False
    rate_limit: float = 0.0
    server_errors: float = 0.0
    resets: float = 0.0
    lost_responses: float = 0.0
    no_message_content: bool = False

    def json(self) -> dict[str, Any]:
        return asdict(self)

    def changed(self, wanted: dict[str, Any]) -> Faults:
        """A copy with the given settings changed; raises Refusal if one is out of range."""
        wrong = {key: "This fault doesn't exist." for key in wanted if key not in _RANGES}
        for key, value in wanted.items():
            wrong |= {} if key in wrong or _fits(key, value) else {key: _RANGES[key][1]}
        if wrong:
            raise Refusal("Some of these values are invalid.", wrong)
        return replace(self, **{key: _TYPES[key](value) for key, value in wanted.items()})


_TYPES: dict[str, Any] = {
    "slow_ms": int,
    "twice": bool,
    "lose_answer": bool,
    "rate_limit": float,
    "server_errors": float,
    "resets": float,
    "lost_responses": float,
    "no_message_content": bool,
}
_RANGES: dict[str, tuple[float, str]] = {
    "slow_ms": (5000, "Choose 0 to 5000 milliseconds."),
    "twice": (1, "This is on or off."),
    "lose_answer": (1, "This is on or off."),
    "rate_limit": (1, "Choose a share from 0 to 1."),
    "server_errors": (1, "Choose a share from 0 to 1."),
    "resets": (1, "Choose a share from 0 to 1."),
    "lost_responses": (1, "Choose a share from 0 to 1."),
    "no_message_content": (1, "This is on or off."),
}


def _fits(key: str, value: Any) -> bool:
    if _TYPES[key] is bool:
        return isinstance(value, bool)
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _RANGES[key][0]
