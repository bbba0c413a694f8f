"""Why a case failed, as it is stored and in words."""

from __future__ import annotations

import re
from collections.abc import Mapping

from discord_api import errors
from discord_api.errors import DiscordError
from discord_api.markdown import plain
from locales import Text, t
from services.core.discord_refusals import told
from services.moderation.case import Case

NO_ANSWER = "no answer"  # from Discord within ten minutes
UNKNOWN_MEMBER = "unknown member"  # erased before anything was done
NOT_ALLOWED = "not allowed"  # any more, when it could be done at last
BANNED_BEFORE = "banned before"  # by hand, and this one would have to be lifted

NOT_MINE = t("They were banned before, and I can lift only bans that I made. Remove that ban first, then try again.")

_OURS: Mapping[str, Text] = {
    NO_ANSWER: t("Discord didn't respond for ten minutes, and nothing was done."),
    UNKNOWN_MEMBER: t("The member's data was erased before anything was done."),
    NOT_ALLOWED: t("When I could do this at last, the moderator wasn't allowed to do it any more."),
    BANNED_BEFORE: NOT_MINE,
}
_REFUSAL = re.compile(r"([0-9]+)/([0-9]+) (.*)", re.ASCII | re.DOTALL)


def failure(error: DiscordError) -> str:
    """Discord's refusal as it is stored: status, code and message."""
    return f"{error.status}/{error.code} {error.message}"


def code(case: Case) -> int | None:
    """Discord's code for its refusal; None if the case didn't fail because of one."""
    refusal = _REFUSAL.fullmatch(case.failure or "")
    return int(refusal[2]) if refusal else None


def why(case: Case) -> Text | str | None:
    """Why a case failed, for people; None if it didn't."""
    if case.failure is None:
        return None
    if refusal := _REFUSAL.fullmatch(case.failure):
        status, code, message = refusal.groups()
        return told(errors.from_answer(int(status), {"code": int(code), "message": message}))
    return _OURS.get(case.failure, plain(case.failure))
