"""A person in a sentence, whether or not they are still known."""

from __future__ import annotations

from locales import Text, t

LEFT = t("somebody who left for good")


def mention(user_id: int | None) -> Text | str:
    """Somebody as Discord shows them; 0 is the house, and whoever was erased is below it."""
    if user_id and user_id < 0:
        return LEFT
    return f"<@{user_id}>" if user_id else t("the house")
