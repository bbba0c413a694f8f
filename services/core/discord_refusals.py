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
                "Discord's network turned me away before Discord itself could answer. Nothing is wrong with this "
                "server or with my role; whoever runs me finds the details in my log. Please try again later."
            )
        case errors.Unauthorized():
            return t("Discord does not accept my token right now. Whoever runs me can see why with `tatiana doctor`.")
        case errors.TwoFactorRequired():
            return t(
                "This server requires two-factor authentication for moderation, and the owner of my application "
                "has not turned it on. They can, in their Discord account."
            )
        case errors.MissingAccess() | errors.UnknownGuild():
            return t(
                "I am in this server for commands only, or can't see that. Add me with the scope `bot`: {link}",
                link=site_links.page("/servers"),
            )
        case errors.MissingPermission():
            return t("I lack a permission for that, or my role is not above theirs.")
        case errors.RateLimited():
            return t("Discord asks me to slow down. Please try again in a minute.")
        case errors.Unavailable():
            return t("Discord can't be reached right now. Please try again in a minute.")
    return t("Discord refused that: {reason} (code {code})", reason=_quoted(error.message), code=str(error.code))


def _quoted(message: str) -> str:
    return "“" + " ".join(message.replace("`", "'").split())[:LONGEST] + "”"
