"""How a person appears in a sentence, known or erased."""

from __future__ import annotations

from locales import Text, t

LEFT = t("deleted user")


def mention(user_id: int | None) -> Text | str:
    """A user mention; 0 is the bot acting by itself, and erased people have negative ids."""
    if user_id and user_id < 0:
        return LEFT
    return f"<@{user_id}>" if user_id else t("Tatiana")
