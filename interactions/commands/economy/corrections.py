"""/economy grant, take, reverse, freeze, unfreeze and audit: corrections by admins."""

from collections.abc import Sequence
from typing import Annotated, Any

from discord_api.markdown import plain
from discord_api.permissions import Permissions
from interactions.commands.economy.receipt_numbers import known_receipts, receipt_number
from interactions.components import component
from interactions.context import Context, Member
from interactions.declare import Cooldown, Option, command, group
from interactions.responses import Button, Card, Reply, Style, update, whisper
from interactions.suggestions import number_of_coins
from interactions.ui import AMBER, GREEN, GREY, RED, confirm_row
from locales import Text, join, t
from services.core.actors import SomePerson
from services.economy import corrections, ledger_audit, reversals, sentences, typed_amounts
from services.economy.corrections import Correction
from services.economy.ledger_audit import LedgerAudit, WrongAccount
from services.economy.reversals import Change, Plan

ADMIN = Permissions.MANAGE_GUILD

group("economy", "Run this server's economy")


@command("economy grant", "Give a member new coins", requires=ADMIN, ephemeral=True, writes=True)
async def grant(
    ctx: Context,
    member: Annotated[Member, Option("Who gets the coins")],
    amount: Annotated[str, Option("Like 250 or 1.5k", max=40, autocomplete=number_of_coins)],
    reason: Annotated[str, Option("Stays in the books", max=400)] = "",
) -> Reply:
    payee = SomePerson(member.id, member.bot, member.in_guild)
    coins = await typed_amounts.whole(ctx.guild_id, amount, ctx.locale)
    made = await corrections.grant(ctx.guild_id, ctx.actor, payee, coins, reason, key=ctx.key)
    return whisper(
        t(
            "{member} got **{coins}** new {symbol} and now has **{balance}**.\n-# Receipt #{number}",
            **_words(member, made),
        )
    )


@command("economy take", "Take coins from a member for good", requires=ADMIN, ephemeral=True, writes=True)
async def take(
    ctx: Context,
    member: Annotated[Member, Option("Whose coins")],
    amount: Annotated[str, Option("Like 250, 1.5k, half or all of what they have", max=40)],
    reason: Annotated[str, Option("Stays in the books", max=400)] = "",
) -> Reply:
    coins = await typed_amounts.parse(ctx.guild_id, amount, ctx.locale)
    made = await corrections.take(ctx.guild_id, ctx.actor, member.id, coins, reason, key=ctx.key)
    return whisper(
        t(
            "{member} lost **{coins}** {symbol} and now has **{balance}**.\n-# Receipt #{number}",
            **_words(member, made),
        )
    )


@command("economy freeze", "Stop a member's wallet", requires=ADMIN, ephemeral=True, writes=True)
async def freeze(
    ctx: Context,
    member: Annotated[Member, Option("Whose wallet")],
    reason: Annotated[str, Option("Stays in the log", max=400)] = "",
) -> Reply:
    await corrections.freeze(ctx.guild_id, ctx.actor, member.id, reason)
    return whisper(t("The wallet of {member} is frozen: nothing goes in or out.", member=member.mention))


@command("economy unfreeze", "Let a member's wallet go on", requires=ADMIN, ephemeral=True, writes=True)
async def unfreeze(
    ctx: Context,
    member: Annotated[Member, Option("Whose wallet")],
    reason: Annotated[str, Option("Stays in the log", max=400)] = "",
) -> Reply:
    await corrections.unfreeze(ctx.guild_id, ctx.actor, member.id, reason)
    return whisper(t("The wallet of {member} works again.", member=member.mention))


@command("economy reverse", "Undo a receipt by a new one", requires=ADMIN, ephemeral=True, writes=True)
async def reverse(
    ctx: Context,
    receipt: Annotated[str, Option("Its number", max=20, autocomplete=known_receipts)],
    reason: Annotated[str, Option("Stays in the books", max=400)] = "",
) -> Reply:
    plan = await reversals.plan(ctx.guild_id, ctx.actor, receipt_number(receipt), reason)
    go = t("Take what is there") if plan.missing else t("Reverse")
    params = {"plan_id": plan.id}
    return whisper(_plan(plan), confirm_row(Button(go, confirm, params, Style.DANGER), cancel, params))


@component("/economy/reverse/{plan_id:int}", requires=ADMIN, writes=True)
async def confirm(ctx: Context, plan_id: int) -> Reply:
    made = await reversals.confirm(ctx.guild_id, ctx.actor, plan_id, key=ctx.key)
    text = t(
        "Receipt #{reverses} is reversed: **{coins}** {symbol} went back.",
        reverses=str(made.reverses),
        coins=made.coins,
        symbol=made.symbol,
    )
    return update(Card(t("Reversed"), [text], t("Receipt #{number}", number=str(made.number)), GREEN))


@component("/economy/reverse/{plan_id:int}/cancel", requires=ADMIN, writes=True)
async def cancel(ctx: Context, plan_id: int) -> Reply:
    await reversals.drop(ctx.guild_id, ctx.actor, plan_id)
    return update(Card(t("Nothing was changed"), accent=GREY))


@command(
    "economy audit",
    "Prove that no coin was lost or invented",
    requires=ADMIN,
    cooldown=Cooldown(3, 60),
    ephemeral=True,
    defer=True,
)
async def audit(ctx: Context) -> Reply:
    return whisper(_audit(await ledger_audit.prove(ctx.guild_id)))


def _words(member: Member, made: Correction) -> dict[str, Any]:
    return {
        "member": member.mention,
        "coins": made.coins,
        "symbol": made.symbol,
        "balance": made.balance,
        "number": str(made.number),
    }


def _plan(plan: Plan) -> Card:
    coins = {"coins": plan.coins, "missing": plan.missing, "symbol": plan.symbol}
    what = t("{title}: **{coins}** {symbol} go back.", title=sentences.title(plan.kind), **coins)
    short = t("**{missing}** {symbol} are spent already and stay where they are.", **coins)
    parts = [
        what,
        *([short] if plan.missing else []),
        join([_change(change) for change in plan.changes]),
        *([t("What was bought is not taken back.")] if plan.keeps_goods else []),
        *([t("Reason: {reason}", reason=plain(plan.reason))] if plan.reason else []),
    ]
    title = t("Reverse receipt #{number}?", number=str(plan.number))
    return Card(title, parts, t("Valid for 15 minutes"), AMBER)


def _change(change: Change) -> Text:
    return t(
        "{account}: **{amount}** (of now {before})",
        account=sentences.party(change.party),
        amount=sentences.signed(change.amount),
        before=change.before,
    )


def _audit(found: LedgerAudit) -> Card:
    equation = t(
        "Minted **{minted}** = burned **{burned}** + in wallets **{wallets}** + in the treasury **{treasury}** "
        "+ set aside **{escrow}**",
        minted=found.minted,
        burned=found.burned,
        wallets=found.in_wallets,
        treasury=found.in_treasury,
        escrow=found.in_escrow,
    )
    size = t("{transfers} transfers, {wallets} wallets", transfers=found.transfers, wallets=found.wallets)
    if found.sound:
        traced = t("Every transfer was traced, and none was changed.")
        return Card(t("The books are sound"), [equation, traced], size, GREEN)
    return Card(t("The books are not sound"), [equation, *_faults(found)], size, RED)


def _faults(found: LedgerAudit) -> list[Text]:
    faults = []
    if found.difference:
        faults.append(t("**{coins}** coins are unaccounted for.", coins=found.difference))
    if found.waiting > found.in_escrow:
        faults.append(t("**{coins}** coins wait for a yes, but fewer are set aside.", coins=found.waiting))
    if found.wrong_transfers:
        numbers = ", ".join(f"#{number}" for number in found.wrong_transfers)
        faults.append(t("Changed or broken receipts: {numbers}", numbers=numbers))
    return [*faults, *_wrong(found.wrong_accounts)]


def _wrong(accounts: Sequence[WrongAccount]) -> list[Text]:
    return [
        t(
            "{account} shows {balance}, but its receipts say {total}.",
            account=sentences.account(account.kind, account.user_id),
            balance=account.balance,
            total=account.total,
        )
        for account in accounts
    ]
