"""The visitor's language."""

from __future__ import annotations

from locales import SOURCE, TRANSLATED

MAX_ENTRIES = 20  # entries considered


def preferred(accepted: str) -> str:
    """Our best language for an Accept-Language header (RFC 9110, 12.5.4)."""
    wanted: list[tuple[float, int, str]] = []
    for place, part in enumerate(accepted.split(",")[:MAX_ENTRIES]):
        tag, _, weight = part.partition(";")
        if (spoken := _spoken(tag.strip().lower())) and (quality := _quality(weight)) > 0:
            wanted.append((-quality, place, spoken))
    return min(wanted)[2] if wanted else SOURCE


def _spoken(tag: str) -> str | None:
    """Our language for a tag: any Portuguese gets ours rather than English."""
    language = tag.partition("-")[0]
    return next((known for known in (SOURCE, *TRANSLATED) if known.partition("-")[0] == language), None)


def _quality(weight: str) -> float:
    name, _, value = weight.strip().partition("=")
    if not name:
        return 1.0
    try:
        return float(value) if name == "q" else 0.0
    except ValueError:
        return 0.0
