"""Discord's refusals in words for the people who see them, each reported as what it is."""

from __future__ import annotations

from discord_api import errors
from discord_api.errors import DiscordError
from locales import Text, t
from services.core import site_links

LONGEST = 200  # characters of Discord's own message

# The bot is not in the server, or was added for its commands only.
NOT_A_MEMBER = (errors.MissingAccess, errors.UnknownGuild)


def told(error: DiscordError) -> Text:
    """Why Discord refused, and who can fix it."""
    match error:
        case errors.Blocked():
            return t(
                "Discord's network blocked my request before it reached Discord. Nothing is wrong with this server "
                "or my role; whoever hosts me can find the details in the logs. Please try again later."
            )
        case errors.Unauthorized():
            return t("Discord isn't accepting my token. Whoever hosts me can find out why with `tatiana doctor`.")
        case errors.TwoFactorRequired():
            return t(
                "This server requires two-factor authentication for moderation, and my application's owner hasn't "
                "turned it on. They can do that in their Discord account settings."
            )
        case errors.MissingAccess() | errors.UnknownGuild():
            return t(
                "I was added to this server for commands only, or I don't have access. Add me with the `bot` scope: "
                "{link}",
                link=site_links.page("/servers"),
            )
        case errors.MissingPermission():
            return t("I'm missing a permission for that, or my role isn't above theirs.")
        case errors.RateLimited():
            return t("Discord is limiting my requests. Please try again in a minute.")
        case errors.Unavailable():
            return t("I can't reach Discord right now. Please try again in a minute.")
    return t("Discord refused that: {reason} (code {code})", reason=_quoted(error.message), code=str(error.code))


def _quoted(message: str) -> str:
    return "“" + " ".join(message.replace("`", "'").split())[:LONGEST] + "”"
