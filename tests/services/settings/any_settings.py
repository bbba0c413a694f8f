"""Any settings at all, found by walking the schema of every module."""

from __future__ import annotations

import unicodedata
from typing import Any

from hypothesis import strategies as st

from discord_api.snowflakes import HIGHEST
from services.settings.kinds import Channel, Kind, Line, Number, OneOf, Roles, Switch, Zone
from services.settings.modules import SETTINGS

_IDS = st.integers(1, HIGHEST).map(str)
_ZONES = st.sampled_from(["UTC", "Europe/Lisbon", "America/Sao_Paulo", "Asia/Kathmandu"])


def values() -> st.SearchStrategy[dict[str, Any]]:
    """A value for every setting, by key."""
    return st.fixed_dictionaries({key: _value(setting.kind) for key, setting in SETTINGS.items()}).map(_sensible)


def some() -> st.SearchStrategy[dict[str, Any]]:
    """Values for some of the settings."""
    return st.builds(
        lambda all_, kept: {key: value for key, value in all_.items() if key in kept},
        values(),
        st.sets(st.sampled_from([key for key in SETTINGS if not key.startswith("economy.work_")])),
    )


def _value(kind: Kind) -> st.SearchStrategy[Any]:
    match kind:
        case Number(least=least, most=most):
            return st.integers(least, most)
        case Switch():
            return st.booleans()
        case Line(most=most):
            return st.text(min_size=1, max_size=most).map(_typed).filter(bool)
        case OneOf(choices=choices):
            return st.sampled_from(sorted(choices))
        case Zone():
            return _ZONES
        case Channel():
            return st.none() | _IDS
        case Roles(most=most):
            return st.lists(_IDS, max_size=most, unique=True).map(lambda ids: sorted(ids, key=int))
    raise TypeError(f"no values are known for {kind}")


def _typed(text: str) -> str:
    kept = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cs"))
    return " ".join(kept.split())


def _sensible(found: dict[str, Any]) -> dict[str, Any]:
    """Bounds in their order."""
    least, most = sorted([found["economy.work_least"], found["economy.work_most"]])
    return found | {"economy.work_least": least, "economy.work_most": most}
