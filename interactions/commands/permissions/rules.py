"""/permissions: admins' rules about who may use which command, and explanations."""

from typing import Annotated

from discord_api import current
from discord_api.permissions import Permissions
from interactions import permits
from interactions.command_choices import read_ruled, read_single, ruled, shown_to, single
from interactions.components import component
from interactions.context import Channel, Context, Member, Role
from interactions.declare import Option, command, group
from interactions.responses import Button, Card, Reply, update, whisper
from interactions.ui import GREEN, GREY, RED, pager
from locales import Text, join, t
from services import permissions
from services.core.errors import UserError
from services.permissions import Kind, Rule, Target, discord_settings, mention

ADMIN = Permissions.MANAGE_GUILD
CATEGORY = 4  # Discord: Channel Types
SIZE = 15  # rules on a page

group("permissions", "Who may use which command here")

Which = Annotated[str, Option("Which command", min=1, max=100, autocomplete=ruled)]
ForRole = Annotated[Role | None, Option("For everybody with this role")]
ForMember = Annotated[Member | None, Option("For this member")]
ForChannel = Annotated[Channel | None, Option("For this channel and its threads")]


@command("permissions show", "The rules about commands here", requires=ADMIN, ephemeral=True)
async def show(
    ctx: Context, command: Annotated[str, Option("Only about this command", max=100, autocomplete=ruled)] = ""
) -> Reply:
    words = read_ruled(command) if command.strip() else ""
    card, buttons = await _page(ctx, words, 1)
    return whisper(card, *buttons)


@component("/permissions/show/{page:int}/{words}", requires=ADMIN)
async def turn(ctx: Context, page: int, words: str) -> Reply:
    card, buttons = await _page(ctx, "" if words == "-" else words.replace("+", " "), page)
    return update(card, *buttons)


@command("permissions allow", "Let somebody use a command", requires=ADMIN, ephemeral=True, writes=True)
async def allow(
    ctx: Context, command: Which, role: ForRole = None, member: ForMember = None, channel: ForChannel = None
) -> Reply:
    return await _put(ctx, command, _target(role, member, channel), allowed=True)


@command("permissions deny", "Keep somebody from using a command", requires=ADMIN, ephemeral=True, writes=True)
async def deny(
    ctx: Context, command: Which, role: ForRole = None, member: ForMember = None, channel: ForChannel = None
) -> Reply:
    return await _put(ctx, command, _target(role, member, channel), allowed=False)


@command("permissions reset", "Take rules back", requires=ADMIN, ephemeral=True, writes=True)
async def reset(
    ctx: Context,
    command: Annotated[str, Option("Only about this command", max=100, autocomplete=ruled)] = "",
    role: ForRole = None,
    member: ForMember = None,
    channel: ForChannel = None,
) -> Reply:
    words = read_ruled(command) if command.strip() else None
    target = _target(role, member, channel) if role or member or channel else None
    if words is None and target is None:
        raise UserError(t("Say which rules: those about a `command`, or those for a `role`, `member` or `channel`."))
    gone = await permissions.drop(ctx.guild_id, ctx.actor, words, target)
    if not gone:
        return whisper(t("There was no such rule."))
    lines = [t("`/{command}` for {target}", command=name, target=mention(one, ctx.guild_id)) for name, one in gone]
    cut = [t("… and {more} more", more=len(lines) - SIZE)] if len(lines) > SIZE else []
    return whisper(Card(t("Taken back"), [join([*lines[:SIZE], *cut])], accent=GREEN))


@command("permissions why", "Why a member may use a command here, or not", requires=ADMIN, ephemeral=True, defer=True)
async def why(
    ctx: Context,
    member: Annotated[Member, Option("Who")],
    command: Annotated[str, Option("Which command", min=1, max=100, autocomplete=single)],
) -> Reply:
    entry = read_single(command)
    if not member.in_guild:
        raise UserError(t("{member} is not in this server.", member=member.mention))
    decided = await permits.decision(ctx, member, entry)
    discords = await discord_settings.overrides(current.client(), ctx.guild_id, entry.name)
    steps = [
        *_shown(entry.name, member),
        *discord_settings.sentences(discords, permits.asker(ctx, member), entry.name),
        *permissions.chain(decided, member.mention, ctx.guild_id),
    ]
    *reasons, verdict = steps
    numbered = [t("{number}. {step}", number=place, step=step) for place, step in enumerate(reasons, start=1)]
    title = t("May {member} use /{command}?", member=member.display_name, command=entry.name)
    accent = GREEN if decided.allowed else RED
    return whisper(Card(title, [join(numbered), verdict], t("As of now, in this channel"), accent))


async def _page(ctx: Context, words: str, number: int) -> tuple[Card, list[list[Button]]]:
    rules = [one for one in await permissions.read(ctx.guild_id) if not words or _related(words, one.command)]
    pages = max(1, -(-len(rules) // SIZE))
    number = min(number, pages)
    body = [_line(rule, ctx.guild_id) for rule in rules[(number - 1) * SIZE : number * SIZE]]
    if not rules:
        body = [
            t("There are no rules: commands are for whoever Discord shows them to."),
            t("`/permissions deny` and `/permissions allow` make some, for a role, a member or a channel."),
        ]
    order = t("A rule for a member counts before one for a channel, then roles, then @everyone.")
    footer = t("Page {number} of {pages}", number=number, pages=pages) if pages > 1 else order
    card = Card(t("Rules about commands"), [join(body)] if rules else body, footer)
    return card, pager(turn, number, pages, words=words.replace(" ", "+") or "-")


def _related(words: str, rule: str) -> bool:
    """Whether a rule concerns the command: one about `bet` concerns `bet dice`, and vice versa."""
    return permissions.covers(words, rule) or permissions.covers(rule, words)


def _line(rule: Rule, guild_id: int) -> Text:
    mark = "✅" if rule.allowed else "⛔"
    return t("{mark} {rule}", mark=mark, rule=permissions.sentence(rule, guild_id))


async def _put(ctx: Context, typed: str, target: Target, *, allowed: bool) -> Reply:
    words = read_ruled(typed)
    before = await permissions.put(ctx.guild_id, ctx.actor, words, target, allowed=allowed)
    named = {"command": words, "target": mention(target, ctx.guild_id)}
    if before is allowed:
        return whisper(Card(t("Nothing has changed"), [_said(allowed, named)], accent=GREY))
    hidden = shown_to(words) if allowed else Permissions(0)
    hints = [_hint(words, hidden)] if hidden else []
    return whisper(Card(t("Saved"), [_said(allowed, named), *hints], accent=GREEN if allowed else RED))


def _said(allowed: bool, named: dict[str, str]) -> Text:
    if allowed:
        return t("`/{command}` is **allowed** for {target}.", **named)
    return t("`/{command}` is **denied** for {target}.", **named)


def _hint(words: str, hidden: Permissions) -> Text:
    return t(
        "Discord itself shows `/{top}` only to members with {permissions}. For others, open Server Settings › "
        "Integrations › `/{top}` and add them there, too.",
        top=words.partition(" ")[0],
        permissions=", ".join(hidden.titles()),
    )


def _shown(name: str, member: Member) -> list[Text]:
    wanted = shown_to(name)
    if member.permissions.allows(wanted):
        return []
    words = {"top": name.partition(" ")[0], "permissions": ", ".join(wanted.titles()), "member": member.mention}
    return [t("Discord shows `/{top}` to members with {permissions}; {member} has not.", **words)]


def _target(role: Role | None, member: Member | None, channel: Channel | None) -> Target:
    given = [
        Target(kind, one.id)
        for kind, one in ((Kind.ROLE, role), (Kind.MEMBER, member), (Kind.CHANNEL, channel))
        if one is not None
    ]
    if len(given) != 1:
        raise UserError(t("Choose one of `role`, `member` and `channel`. For everybody, choose the role @everyone."))
    if channel and channel.type == CATEGORY:
        raise UserError(t("Rules are for single channels, not for a category. Choose its channels one by one."))
    return given[0]
