"""/ping, /help, /bot about and /language."""

from typing import Annotated, Literal

from discord_api.permissions import Permissions
from interactions import permits
from interactions.context import Context
from interactions.declare import COMMANDS, Command, InteractionContext, Kind, Option, command, group
from interactions.responses import Card, Choice, Reply, whisper
from locales import SOURCE, TRANSLATED, Text, join, n, name, t
from services import settings
from services.core import languages
from services.core.errors import Forbidden
from services.settings import Source
from services.settings.general import LANGUAGES

ANYWHERE = (InteractionContext.SERVER, InteractionContext.OUR_DM)
AWAKE = whisper(t("I'm here."))

group("bot", "About Tatiana")


@command("ping", "See whether I am awake", places=ANYWHERE, at_once=True)
async def ping(ctx: Context) -> Reply:
    return AWAKE


@command("bot about", "What I am, and who runs me", ephemeral=True, places=ANYWHERE, at_once=True)
async def about(ctx: Context) -> Reply:
    return whisper(
        Card(
            t("Tatiana"),
            [
                t("I keep this server's coins: daily pay, work, trade, a shop and a few games."),
                t("Every coin is booked twice and can be proven: admins type `/economy audit`."),
            ],
            t("Request {request_id}", request_id=ctx.request_id),
        )
    )


async def topics(ctx: Context, typed: str) -> list[Choice]:
    """The commands whose name holds what is typed, as the reader's menu calls them."""
    wanted = _plain(typed)
    return [
        Choice(f"/{_called_in(entry, ctx.locale)}", entry.name)
        for entry in await _usable(ctx)
        if any(wanted in called for called in _names(entry))
    ]


@command("help", "What I can do for you here", ephemeral=True, places=ANYWHERE)
async def help_(
    ctx: Context, topic: Annotated[str, Option("A command to read about", max=32, autocomplete=topics)] = ""
) -> Reply:
    usable, wanted = await _usable(ctx), _plain(topic)
    if wanted:
        usable = [entry for entry in usable if any(f"{called} ".startswith(f"{wanted} ") for called in _names(entry))]
        if not usable:
            return whisper(t("There is no command `/{topic}` that you can use here.", topic=wanted.replace("`", "'")))
    lines = [_line(entry, ctx.locale, in_full=bool(wanted)) for entry in usable]
    title = n("{count} command that you can use here", "{count} commands that you can use here", len(lines))
    return whisper(Card(title, [join(lines)]))


@command("language", "Choose the language I speak", ephemeral=True, writes=True, places=ANYWHERE)
async def language(
    ctx: Context,
    language: Annotated[Literal["auto", "en-US", "pt-BR", "es-ES"], Option("auto follows your Discord")],
    scope: Annotated[Literal["me", "server"], Option("Only for you, or for public answers in this server")] = "me",
) -> Reply:
    chosen = None if language == "auto" else language
    if scope == "server":
        if not ctx.member.permissions.allows(Permissions.MANAGE_GUILD):
            raise Forbidden(t("You need the permission {permissions} for this.", permissions="Manage Server"))
        changes = {"general.language": language}
        await settings.save(ctx.guild_id, ctx.member.id, changes, source=Source.COMMAND, request_id=ctx.request_id)
        return whisper(t("Public answers in this server: **{language}**.", language=_called(chosen)))
    await languages.choose_for_member(ctx.member.id, ctx.member.username, chosen)
    return whisper(t("I speak **{language}** with you from now on.", language=_called(chosen)))


def _plain(topic: str) -> str:
    return " ".join(topic.lower().split()).lstrip("/")


async def _usable(ctx: Context) -> list[Command]:
    return [entry for (kind, _), entry in COMMANDS.items() if kind is Kind.CHAT and await _may_use(ctx, entry)]


def _names(entry: Command) -> set[str]:
    """What a command is called in any language: people tell each other the names that they see."""
    return {_called_in(entry, locale) for locale in (SOURCE, *TRANSLATED)}


def _called_in(entry: Command, locale: str) -> str:
    return " ".join(name("command", word, locale) for word in entry.name.split(" "))


def _called(language: str | None) -> Text | str:
    return LANGUAGES[language] if language else t("the language of Discord")


async def _may_use(ctx: Context, entry: Command) -> bool:
    if ctx.place is None:
        return InteractionContext.OUR_DM in entry.places
    return await permits.usable(ctx, entry)


def _line(entry: Command, locale: str, *, in_full: bool) -> Text:
    options = [(name("command", option.name, locale), option.required) for option in entry.parameters]
    shown = [f"`{option}`" if required else f"`[{option}]`" for option, required in options] if in_full else []
    words = " ".join([f"**/{_called_in(entry, locale)}**", *shown])
    return t("{words} · {description}", words=words, description=t(entry.description))
