"""/transactions: a member's statement, page by page, and single receipts."""

from datetime import UTC, datetime
from typing import Annotated, Literal

import services.areas  # noqa: F401  (the filters are those of all areas)
from discord_api.markdown import plain
from interactions.commands.economy.receipt_numbers import known_receipts, reads_all, receipt_number
from interactions.components import component
from interactions.context import Context, Member
from interactions.declare import Option, command
from interactions.responses import Button, Card, Choice, Reply, update, whisper
from interactions.suggestions import spans
from locales import Text, join, t
from services.core import since as moments
from services.core.areas import transfer_groups
from services.core.mentions import mention
from services.economy import rules, sentences, statements
from services.economy.statements import BEGINNING, Leg, Line, Page, TransferDetails

Kind = Annotated[
    str, Option("Only transactions of this kind", choices=[Choice(name, name) for name in ("all", *transfer_groups())])
]
Way = Literal["after", "before"]

_SHORT = 60  # characters of a reason that fit into a line


@command("transactions", "See what your coins were spent on and where they came from", ephemeral=True)
async def transactions(
    ctx: Context,
    kind: Kind = "all",
    since: Annotated[str, Option("For example 24h, 7d, or 2025-03-01", max=20, autocomplete=spans)] = "",
    id: Annotated[str, Option("Show one receipt in full", max=20, autocomplete=known_receipts)] = "",  # noqa: A002  (Discord shows it)
    member: Annotated[Member | None, Option("Whose transactions (admins only)")] = None,
) -> Reply:
    if id.strip():
        return whisper(await _receipt(ctx, id))
    settings = await rules.of(ctx.guild_id)
    start = moments.since(since, settings.zone) if since.strip() else BEGINNING
    who = member.id if member else ctx.member.id
    _may_read(ctx, who)
    page = await statements.page(ctx.guild_id, who, kind=kind, since=start)
    return whisper(_card(ctx, page, who), *_buttons(page, who, kind, start))


@component("/tx/{member_id:int}/{kind}/{since:int}/{way}/{place:int}", of="transactions")
async def turn(ctx: Context, member_id: int, kind: Kind, since: int, way: Way, place: int) -> Reply:
    _may_read(ctx, member_id)
    start = datetime.fromtimestamp(since, UTC)
    page = await statements.page(ctx.guild_id, member_id, kind=kind, since=start, **{way: place})
    return update(_card(ctx, page, member_id), *_buttons(page, member_id, kind, start))


def _may_read(ctx: Context, member_id: int) -> None:
    statements.check_reader(ctx.member.id, member_id, reads_all=reads_all(ctx))


def _card(ctx: Context, page: Page, member_id: int) -> Card:
    title = t("Your transactions") if member_id == ctx.member.id else t("Transactions")
    about = [] if member_id == ctx.member.id else [f"<@{member_id}>"]
    lines = [_line(line) for line in page.lines]
    return Card(title, [*about, join(lines) if lines else t("There are no transactions.")])


def _buttons(page: Page, member_id: int, kind: str, start: datetime) -> list[list[Button]]:
    if not (page.newer or page.older):
        return []
    state = {"member_id": member_id, "kind": kind, "since": int(start.timestamp())}
    first, last = (page.lines[0].place, page.lines[-1].place) if page.lines else (0, 0)
    return [
        [
            Button(t("Newer"), turn, {**state, "way": "after", "place": first}, disabled=not page.newer),
            Button(t("Older"), turn, {**state, "way": "before", "place": last}, disabled=not page.older),
        ]
    ]


def _line(line: Line) -> Text:
    return t(
        "`#{number}` <t:{at}:f> · {sentence}{note}{reversed} · **{amount}** → {balance}",
        number=str(line.number),
        at=str(int(line.at.timestamp())),
        sentence=sentences.sentence(line),
        note=_note(line.reason),
        reversed=_reversed(line.reversed_by),
        amount=sentences.signed(line.amount),
        balance=line.balance,
    )


async def _receipt(ctx: Context, typed: str) -> Card:
    full = await statements.receipt(ctx.guild_id, receipt_number(typed), ctx.member.id, reads_all=reads_all(ctx))
    facts = [_made(full), *_reason(full), *_corrections(full), *_request(full)]
    return Card(
        t("Receipt #{number}", number=str(full.number)),
        [sentences.title(full.kind), join([_leg(ctx, leg) for leg in full.legs]), join(facts)],
    )


def _made(full: TransferDetails) -> Text:
    return t("By {actor}, <t:{at}:F>", actor=mention(full.actor_id), at=str(int(full.at.timestamp())))


def _leg(ctx: Context, leg: Leg) -> Text:
    words = {"account": sentences.account(leg.kind, leg.user_id), "amount": sentences.signed(leg.amount)}
    if leg.user_id == ctx.member.id or reads_all(ctx):
        return t("{account}: **{amount}** → {balance}", **words, balance=leg.balance)
    return t("{account}: **{amount}**", **words)


def _reason(full: TransferDetails) -> list[Text]:
    return [t("Reason: {reason}", reason=plain(full.reason))] if full.reason else []


def _corrections(full: TransferDetails) -> list[Text]:
    reverses = [t("Reverses receipt #{number}", number=str(full.reverses))] if full.reverses else []
    by = [t("Reversed by receipt #{number}", number=str(full.reversed_by))] if full.reversed_by else []
    return reverses + by


def _request(full: TransferDetails) -> list[Text]:
    return [sentences.asked(full.request)] if full.request else []


def _note(reason: str) -> str:
    shown = reason if len(reason) <= _SHORT else f"{reason[: _SHORT - 1]}…"
    return f" · {plain(shown)}" if plain(shown) else ""


def _reversed(by: int | None) -> Text | str:
    return t(" · reversed by #{number}", number=str(by)) if by else ""
