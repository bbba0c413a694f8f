"""The log channel, where staff see what was done."""

from __future__ import annotations

from discord_api import current, messages
from discord_api.errors import DiscordError, MissingAccess, MissingPermission, UnknownChannel
from locales import SOURCE, render, t
from services import settings
from services.core import own_ids
from services.core.discord_refusals import told
from services.core.errors import Conflict, Unanswered
from services.protection import log_posts
from services.settings import General
from services.settings.general import FOLLOW_DISCORD


async def try_out(guild_id: int, name: str, *, key: str) -> None:
    """Post a test message once per key, naming the admin; refused if the channel can't be written to."""
    chosen = await settings.of(guild_id, General)
    if chosen.log_channel_id is None:
        raise Conflict(t("Choose a log channel and save it first."))
    said = t("This is a test message, requested by {name}. Staff logs will be posted here.", name=name)
    locale = SOURCE if chosen.language == FOLLOW_DISCORD else chosen.language
    # Discord recognizes a repeat by its nonce (Discord: Create Message, enforce_nonce).
    message = {"content": render(said, locale), "nonce": key[:25], "enforce_nonce": True}
    try:
        await own_ids.check_channel(guild_id, chosen.log_channel_id)
        await messages.send(current.client(), chosen.log_channel_id, message)
    except (MissingAccess, MissingPermission, UnknownChannel) as error:
        raise Conflict(
            t(
                "I can't post in the log channel. If it belongs to this server, give me View Channel and Send "
                "Messages there; otherwise, choose another channel."
            )
        ) from error
    except DiscordError as error:
        raise Unanswered(told(error)) from error
    await log_posts.mended(guild_id)
