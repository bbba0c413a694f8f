"""The response that shows a case, as the job that edits it later needs it."""

from __future__ import annotations

from interactions import render
from interactions.context import Context
from services.moderation.case import AnswerTo


def answer_to(ctx: Context, *, visible: bool = False) -> AnswerTo:
    """The response to this interaction, in the language of those who see it."""
    locale = ctx.guild_locale if _is_public(ctx, visible=visible) else ctx.locale
    return AnswerTo(ctx.token, locale, ctx.member.id)


def _is_public(ctx: Context, *, visible: bool) -> bool:
    return not int(ctx.message.get("flags") or 0) & render.EPHEMERAL if ctx.message else visible
