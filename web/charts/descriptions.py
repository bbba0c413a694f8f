"""Text summaries of charts, for screen readers and for people in a hurry."""

from __future__ import annotations

from collections.abc import Sequence

from locales import Text, t
from web.charts.plots import Label

Values = Sequence[int | None]


def in_all(labels: Sequence[Label], values: Values, before: Values | None = None) -> Text:
    """For counts: the total and the peak."""
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
    """For values that can't be added up: the peak."""
    if not any(values):
        return t("Nothing in this period.")
    most, when = _most(labels, values)
    return t("The peak was {most} ({when}).", most=most, when=when)


def from_to(labels: Sequence[Label], values: Values) -> Text:
    """For a level: its start, end and peak."""
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
