"""/ping, /bot about and /language."""

from typing import Annotated, Literal

from discord_api.permissions import Permissions
from interactions.context import Context
from interactions.declare import InteractionContext, Option, command, group
from interactions.responses import Card, Reply, whisper
from locales import Text, t
from services import settings
from services.core import languages
from services.core.errors import Forbidden
from services.core.permission_names import named
from services.settings import Source
from services.settings.general import LANGUAGES

ANYWHERE = (InteractionContext.SERVER, InteractionContext.OUR_DM)
AWAKE = whisper(t("I'm here."))

group("bot", "About me")


@command("ping", "Check that I'm online", places=ANYWHERE, at_once=True)
async def ping(ctx: Context) -> Reply:
    return AWAKE


@command("bot about", "What I do", ephemeral=True, places=ANYWHERE, at_once=True)
async def about(ctx: Context) -> Reply:
    return whisper(
        Card(
            t("Tatiana"),
            [
                t("I run this server's economy: daily pay, work, payments, a shop, and a few games."),
                t("Every coin is recorded in a double-entry ledger. Admins can check it with `/economy audit`."),
            ],
            t("Request {request_id}", request_id=ctx.request_id),
        )
    )


@command("language", "Choose which language I use", ephemeral=True, writes=True, places=ANYWHERE)
async def language(
    ctx: Context,
    language: Annotated[Literal["auto", "en-US", "pt-BR", "es-ES"], Option("auto uses your Discord language")],
    scope: Annotated[Literal["me", "server"], Option("Just for you, or for public replies in this server")] = "me",
) -> Reply:
    chosen = None if language == "auto" else language
    if scope == "server":
        if not ctx.member.permissions.allows(Permissions.MANAGE_GUILD):
            needed = named(Permissions.MANAGE_GUILD)
            raise Forbidden(t("You need the {permissions} permission for this.", permissions=needed))
        changes = {"general.language": language}
        await settings.save(ctx.guild_id, ctx.member.id, changes, source=Source.COMMAND, request_id=ctx.request_id)
        return whisper(t("Public replies in this server: **{language}**.", language=_called(chosen)))
    await languages.choose_for_member(ctx.member.id, ctx.member.username, chosen)
    return whisper(t("From now on I'll use **{language}** with you.", language=_called(chosen)))


def _called(language: str | None) -> Text | str:
    return LANGUAGES[language] if language else t("the same as Discord")
