"""What a chart shows, in words, for whoever does not see it and for whoever has no time to look."""

from __future__ import annotations

from collections.abc import Sequence

from locales import Text, t
from web.charts.plots import Label

Values = Sequence[int | None]


def in_all(labels: Sequence[Label], values: Values, before: Values | None = None) -> Text:
    """Of counts: how much together, and when it was the most."""
    total = sum(value or 0 for value in values)
    was = sum(value or 0 for value in before or ())
    if not total:
        return (
            t("Nothing in this period.")
            if not was
            else t("Nothing in this period; {was} in the previous one.", was=was)
        )
    most, when = _most(labels, values)
    if before is None:
        return t("{total} in total, with a peak of {most} ({when}).", total=total, most=most, when=when)
    return t(
        "{total} in total ({was} in the previous period), with a peak of {most} ({when}).",
        total=total,
        was=was,
        most=most,
        when=when,
    )


def peak(labels: Sequence[Label], values: Values) -> Text:
    """Of what can't be added up: when it was the most."""
    if not any(values):
        return t("Nothing in this period.")
    most, when = _most(labels, values)
    return t("The peak was {most} ({when}).", most=most, when=when)


def from_to(labels: Sequence[Label], values: Values) -> Text:
    """Of a level: where it began and ended, and when it was the highest."""
    known = [value for value in values if value is not None]
    if not known:
        return t("Nothing in this period.")
    most, when = _most(labels, values)
    return t(
        "From {first} to {last}, with a peak of {most} ({when}).", first=known[0], last=known[-1], most=most, when=when
    )


def _most(labels: Sequence[Label], values: Values) -> tuple[int, Text | str]:
    known = [(value, label.full) for value, label in zip(values, labels, strict=True) if value is not None]
    return max(known, key=lambda one: one[0])
