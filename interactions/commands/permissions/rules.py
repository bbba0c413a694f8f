"""/permissions: admins' rules about who may use which command, and explanations."""

from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby
from typing import Annotated

from discord_api import current
from discord_api.permissions import Permissions
from interactions import permits
from interactions.command_choices import read_ruled, read_single, ruled, shown_to, single
from interactions.components import component
from interactions.context import Channel, Context, Member, Role
from interactions.declare import COMMANDS, Option, command, group
from interactions.responses import Button, Card, Reply, update, whisper
from interactions.ui import GREEN, GREY, RED, pager
from locales import Text, command_name, join, t
from services import permissions
from services.core import areas
from services.core.errors import UserError
from services.core.permission_names import named
from services.permissions import Kind, Rule, Target, discord_settings, mention

ADMIN = Permissions.MANAGE_GUILD
CATEGORY = 4  # Discord: Channel Types
SIZE = 15  # rules on a page

group("permissions", "Decide who can use which command")

Which = Annotated[str, Option("Which command", min=1, max=100, autocomplete=ruled)]
ForRole = Annotated[Role | None, Option("Everyone with this role")]
ForMember = Annotated[Member | None, Option("This member")]
ForChannel = Annotated[Channel | None, Option("This channel and its threads")]


@command("permissions show", "Show this server's command rules", requires=ADMIN, ephemeral=True)
async def show(
    ctx: Context, command: Annotated[str, Option("Only for this command", max=100, autocomplete=ruled)] = ""
) -> Reply:
    words = read_ruled(command) if command.strip() else ""
    card, buttons = await _page(ctx, words, 1)
    return whisper(card, *buttons)


@component("/permissions/show/{page:int}/{words}", requires=ADMIN)
async def turn(ctx: Context, page: int, words: str) -> Reply:
    card, buttons = await _page(ctx, "" if words == "-" else words.replace("+", " "), page)
    return update(card, *buttons)


@command("permissions allow", "Allow a command", requires=ADMIN, ephemeral=True, writes=True)
async def allow(
    ctx: Context, command: Which, role: ForRole = None, member: ForMember = None, channel: ForChannel = None
) -> Reply:
    return await _put(ctx, command, _target(role, member, channel), allowed=True)


@command("permissions deny", "Block a command", requires=ADMIN, ephemeral=True, writes=True)
async def deny(
    ctx: Context, command: Which, role: ForRole = None, member: ForMember = None, channel: ForChannel = None
) -> Reply:
    return await _put(ctx, command, _target(role, member, channel), allowed=False)


@command("permissions reset", "Remove command rules", requires=ADMIN, ephemeral=True, writes=True)
async def reset(
    ctx: Context,
    command: Annotated[str, Option("Only for this command", max=100, autocomplete=ruled)] = "",
    role: ForRole = None,
    member: ForMember = None,
    channel: ForChannel = None,
) -> Reply:
    words = read_ruled(command) if command.strip() else None
    target = _target(role, member, channel) if role or member or channel else None
    if words is None and target is None:
        raise UserError(t("Choose which rules to remove: set `command`, or one of `role`, `member`, and `channel`."))
    gone = await permissions.drop(ctx.guild_id, ctx.actor, words, target)
    if not gone:
        return whisper(t("There is no such rule."))
    lines = [
        t("`/{command}` for {target}", command=command_name(name), target=mention(one, ctx.guild_id))
        for name, one in gone
    ]
    cut = [t("… and {more} more", more=len(lines) - SIZE)] if len(lines) > SIZE else []
    return whisper(Card(t("Rules removed"), [join([*lines[:SIZE], *cut])], accent=GREEN))


@command(
    "permissions why",
    "Explain why a member can or can't use a command here",
    requires=ADMIN,
    ephemeral=True,
    defer=True,
)
async def why(
    ctx: Context,
    member: Annotated[Member, Option("Which member")],
    command: Annotated[str, Option("Which command", min=1, max=100, autocomplete=single)],
) -> Reply:
    entry = read_single(command)
    if not member.in_guild:
        raise UserError(t("{member} isn't in this server.", member=member.mention))
    title = t("Can {member} use /{command}?", member=member.display_name, command=command_name(entry.name))
    if off := await permits.off(entry, ctx.guild_id):
        return whisper(Card(title, [off, t("Nobody can use it here.")], accent=RED))
    decided = await permits.decision(ctx, member, entry)
    discords = await discord_settings.overrides(current.client(), ctx.guild_id, entry.name)
    steps = [
        *_shown(entry.name, member),
        *discord_settings.sentences(discords, permits.asker(ctx, member), entry.name),
        *permissions.chain(decided, member.mention, ctx.guild_id),
    ]
    *reasons, verdict = steps
    numbered = [t("{number}. {step}", number=place, step=step) for place, step in enumerate(reasons, start=1)]
    accent = GREEN if decided.allowed else RED
    return whisper(Card(title, [join(numbered), verdict], t("In this channel, right now"), accent))


async def _page(ctx: Context, words: str, number: int) -> tuple[Card, list[list[Button]]]:
    rules = [one for one in await permissions.read(ctx.guild_id) if not words or _related(words, one.command)]
    rules.sort(key=lambda rule: _place(rule.command))
    pages = max(1, -(-len(rules) // SIZE))
    number = min(number, pages)
    body = _by_area(rules[(number - 1) * SIZE : number * SIZE], ctx.guild_id)
    if not rules:
        body = [
            t("There are no rules yet: everyone can use the commands that Discord shows them."),
            t("Add one with `/permissions deny` or `/permissions allow`, for a role, a member, or a channel."),
        ]
    order = t("Rules for a member come first, then for the channel, then for roles, then for @everyone.")
    footer = t("Page {number} of {pages}", number=number, pages=pages) if pages > 1 else order
    card = Card(t("Command rules"), body, footer)
    return card, pager(turn, number, pages, words=words.replace(" ", "+") or "-")


def _related(words: str, rule: str) -> bool:
    """Whether a rule concerns the command: one about `bet` concerns `bet dice`, and vice versa."""
    return permissions.covers(words, rule) or permissions.covers(rule, words)


def _by_area(rules: Iterable[Rule], guild_id: int) -> list[Text]:
    """A paragraph for each area, under its name; the rules are in the order of the areas."""
    declared = areas.declared()
    found = []
    for place, together in groupby(rules, key=lambda rule: _place(rule.command)):
        known = declared[place] if place < len(declared) else None
        heading = t("**{icon} {title}**", icon=known.icon, title=known.title) if known else t("**Removed commands**")
        found.append(join([heading, *(_line(rule, guild_id) for rule in together)]))
    return found


@lru_cache(maxsize=512)
def _place(words: str) -> int:
    """The place of a command's area among the areas, for a group its first area's; removed commands come last."""
    names = [area.name for area in areas.declared()]
    found = [permits.area_of(known) for (_, name), known in COMMANDS.items() if permissions.covers(words, name)]
    return min((names.index(area.name) for area in found if area), default=len(names))


def _line(rule: Rule, guild_id: int) -> Text:
    mark = "✅" if rule.allowed else "⛔"
    return t("{mark} {rule}", mark=mark, rule=permissions.sentence(rule, guild_id))


async def _put(ctx: Context, typed: str, target: Target, *, allowed: bool) -> Reply:
    words = read_ruled(typed)
    before = await permissions.put(ctx.guild_id, ctx.actor, words, target, allowed=allowed)
    named: dict[str, Text | str] = {"command": command_name(words), "target": mention(target, ctx.guild_id)}
    if before is allowed:
        return whisper(Card(t("Nothing changed"), [_said(allowed, named)], accent=GREY))
    hidden = shown_to(words) if allowed else Permissions(0)
    hints = [_hint(words, hidden)] if hidden else []
    return whisper(Card(t("Saved"), [_said(allowed, named), *hints], accent=GREEN if allowed else RED))


def _said(allowed: bool, named: dict[str, Text | str]) -> Text:
    if allowed:
        return t("`/{command}` is **allowed** for {target}.", **named)
    return t("`/{command}` is **blocked** for {target}.", **named)


def _hint(words: str, hidden: Permissions) -> Text:
    return t(
        "Discord only shows `/{top}` to members with {permissions}. To show it to others, open Server Settings › "
        "Integrations › `/{top}` and add them there too.",
        top=command_name(words.partition(" ")[0]),
        permissions=named(hidden),
    )


def _shown(name: str, member: Member) -> list[Text]:
    wanted = shown_to(name)
    if member.permissions.allows(wanted):
        return []
    words = {
        "top": command_name(name.partition(" ")[0]),
        "permissions": named(wanted),
        "member": member.mention,
    }
    return [t("Discord only shows `/{top}` to members with {permissions}, which {member} doesn't have.", **words)]


def _target(role: Role | None, member: Member | None, channel: Channel | None) -> Target:
    given = [
        Target(kind, one.id)
        for kind, one in ((Kind.ROLE, role), (Kind.MEMBER, member), (Kind.CHANNEL, channel))
        if one is not None
    ]
    if len(given) != 1:
        raise UserError(
            t("Choose exactly one of `role`, `member`, and `channel`. For everyone, choose the role @everyone.")
        )
    if channel and channel.type == CATEGORY:
        raise UserError(t("Rules can't be set for a category. Choose its channels one by one."))
    return given[0]
