"""Whether the log channel can be written to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from discord_api import channels, current, errors
from discord_api.permissions import Overwrite, Permissions, in_channel
from locales import t
from services import settings
from services.core import bot_member
from services.core.permission_names import named
from services.core.probes import Finding, State
from services.protection import log_posts
from services.settings import General

_LOG_CHANNEL = "/settings/general#log_channel_id"


async def probe(guild_id: int) -> Sequence[Finding]:
    channel_id = (await settings.of(guild_id, General)).log_channel_id
    if channel_id is None:
        return [
            Finding(
                "logs",
                State.LIMITED,
                t("There is no log channel, so staff get no notifications."),
                t("Choose one with `/setup` or `/config set general log_channel_id`."),
                _LOG_CHANNEL,
            )
        ]
    _, own, held = await bot_member.find(guild_id)
    channel = await _channel(channel_id)
    if channel is None or int(channel.get("guild_id", 0)) != guild_id:
        said = t(
            "I can't see the log channel <#{channel}>: it is hidden from me or has been deleted.",
            channel=str(channel_id),
        )
        fix = t("Give my role View Channel and Send Messages there, or choose another channel with `/setup`.")
        return [Finding("logs", State.BROKEN, said, fix, _LOG_CHANNEL)]
    needed = Permissions.VIEW_CHANNEL | Permissions.SEND_MESSAGES
    may = in_channel(
        held,
        [_overwrite(one) for one in channel.get("permission_overwrites", ())],
        guild_id=guild_id,
        member_id=int(own["user"]["id"]),
        role_ids={int(one) for one in own["roles"]},
    )
    if not may.allows(needed):
        said = t(
            "I'm missing permissions in the log channel <#{channel}>: {permissions}.",
            channel=str(channel_id),
            permissions=named(needed & ~may),
        )
        fix = t("Open the channel's settings › Permissions, add my role, and allow them there.")
        return [Finding("logs", State.BROKEN, said, fix)]
    await log_posts.mended(guild_id)
    return [Finding("logs", State.WORKS, t("I can post in the log channel <#{channel}>.", channel=str(channel_id)))]


async def _channel(channel_id: int) -> dict[str, Any] | None:
    try:
        return await channels.get(current.client(), channel_id)
    except (errors.UnknownChannel, errors.MissingAccess):
        return None


def _overwrite(raw: dict[str, Any]) -> Overwrite:
    return Overwrite(int(raw["id"]), Permissions(int(raw["allow"])), Permissions(int(raw["deny"])))
