"""Discord's refusals in words for the people who see them, each reported as what it is."""

from __future__ import annotations

from collections.abc import Mapping

from discord_api import errors
from discord_api.errors import DiscordError
from locales import Text, t
from services.core import site_links

LONGEST = 200  # characters of Discord's own message

# The bot is not in the server, or was added for its commands only.
NOT_A_MEMBER = (errors.MissingAccess, errors.UnknownGuild)


_SENTENCES: Mapping[type[DiscordError], Text] = {
    errors.Blocked: t(
        "Discord's network blocked my request before it reached Discord. Nothing is wrong with this server "
        "or my role; whoever hosts me can find the details in the logs. Please try again later."
    ),
    errors.Unauthorized: t(
        "Discord isn't accepting my token. Whoever hosts me can find out why with `tatiana doctor`."
    ),
    errors.TwoFactorRequired: t(
        "This server requires two-factor authentication for moderation, and my application's owner hasn't "
        "turned it on. They can do that in their Discord account settings."
    ),
    errors.MissingPermission: t("I'm missing a permission for that, or my role isn't above theirs."),
    errors.UnknownMember: t("They aren't a member of this server."),
    errors.UnknownUser: t("There is no Discord account with that ID."),
    errors.BannedMember: t("They are banned from this server."),
    errors.UnknownBan: t("They aren't banned."),
    errors.UnknownRole: t("That role no longer exists."),
    errors.BanLimit: t("Too many people who aren't members were banned here lately. Please try again in a few hours."),
    errors.CannotMessage: t("They don't accept direct messages from me."),
    errors.TooManyMessages: t("Discord lets me send no more direct messages right now. Please try again later."),
    errors.RateLimited: t("Discord is limiting my requests. Please try again in a minute."),
    errors.Unavailable: t("I can't reach Discord right now. Please try again in a minute."),
}


def told(error: DiscordError) -> Text:
    """Why Discord refused, and who can fix it."""
    if isinstance(error, NOT_A_MEMBER):
        return t(
            "I was added to this server for commands only, or I don't have access. Add me with the `bot` scope: {link}",
            link=site_links.page("/servers"),
        )
    if sentence := _SENTENCES.get(type(error)):
        return sentence
    return t("Discord refused that: {reason} (code {code})", reason=_quoted(error.message), code=str(error.code))


def _quoted(message: str) -> str:
    return "“" + " ".join(message.replace("`", "'").split())[:LONGEST] + "”"
