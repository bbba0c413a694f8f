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
from locales import Text, join, n, t
from services.core.actors import SomePerson
from services.economy import corrections, ledger_audit, reversals, sentences, typed_amounts
from services.economy.corrections import Correction
from services.economy.ledger_audit import LedgerAudit, WrongAccount
from services.economy.reversals import Change, Plan

ADMIN = Permissions.MANAGE_GUILD

group("economy", "Manage this server's economy")


@command("economy grant", "Give newly created coins to a member", requires=ADMIN, ephemeral=True, writes=True)
async def grant(
    ctx: Context,
    member: Annotated[Member, Option("Who gets the coins")],
    amount: Annotated[str, Option("For example 250 or 1.5k", max=40, autocomplete=number_of_coins)],
    reason: Annotated[str, Option("Shown on the receipt", max=400)] = "",
) -> Reply:
    payee = SomePerson(member.id, member.bot, member.in_guild)
    coins = await typed_amounts.whole(ctx.guild_id, amount, ctx.locale)
    made = await corrections.grant(ctx.guild_id, ctx.actor, payee, coins, reason, key=ctx.key)
    return whisper(
        t(
            "{member} received **{coins}** new {symbol} and now has **{balance}**.\n-# Receipt #{number}",
            **_words(member, made),
        )
    )


@command("economy take", "Take coins from a member and destroy them", requires=ADMIN, ephemeral=True, writes=True)
async def take(
    ctx: Context,
    member: Annotated[Member, Option("Whose coins")],
    amount: Annotated[str, Option("For example 250, 1.5k, half, or all of their coins", max=40)],
    reason: Annotated[str, Option("Shown on the receipt", max=400)] = "",
) -> Reply:
    coins = await typed_amounts.parse(ctx.guild_id, amount, ctx.locale)
    made = await corrections.take(ctx.guild_id, ctx.actor, member.id, coins, reason, key=ctx.key)
    return whisper(
        t(
            "{member} lost **{coins}** {symbol} and now has **{balance}**.\n-# Receipt #{number}",
            **_words(member, made),
        )
    )


@command("economy freeze", "Freeze a member's wallet", requires=ADMIN, ephemeral=True, writes=True)
async def freeze(
    ctx: Context,
    member: Annotated[Member, Option("Whose wallet")],
    reason: Annotated[str, Option("Shown in the audit log", max=400)] = "",
) -> Reply:
    await corrections.freeze(ctx.guild_id, ctx.actor, member.id, reason)
    return whisper(t("{member}'s wallet is frozen: no coins can go in or out.", member=member.mention))


@command("economy unfreeze", "Unfreeze a member's wallet", requires=ADMIN, ephemeral=True, writes=True)
async def unfreeze(
    ctx: Context,
    member: Annotated[Member, Option("Whose wallet")],
    reason: Annotated[str, Option("Shown in the audit log", max=400)] = "",
) -> Reply:
    await corrections.unfreeze(ctx.guild_id, ctx.actor, member.id, reason)
    return whisper(t("{member}'s wallet is no longer frozen.", member=member.mention))


@command("economy reverse", "Reverse a receipt with a new one", requires=ADMIN, ephemeral=True, writes=True)
async def reverse(
    ctx: Context,
    receipt: Annotated[str, Option("Its number", max=20, autocomplete=known_receipts)],
    reason: Annotated[str, Option("Shown on the receipt", max=400)] = "",
) -> Reply:
    plan = await reversals.plan(ctx.guild_id, ctx.actor, receipt_number(receipt), reason)
    go = t("Take what is left") if plan.missing else t("Reverse")
    params = {"plan_id": plan.id}
    return whisper(_plan(plan), confirm_row(Button(go, confirm, params, Style.DANGER), cancel, params))


@component("/economy/reverse/{plan_id:int}", requires=ADMIN, writes=True)
async def confirm(ctx: Context, plan_id: int) -> Reply:
    made = await reversals.confirm(ctx.guild_id, ctx.actor, plan_id, key=ctx.key)
    text = t(
        "Reversed receipt #{reverses}: **{coins}** {symbol} returned.",
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
    "Check that no coin has been lost or made up",
    requires=ADMIN,
    cooldown=Cooldown(3, 60),
    ephemeral=True,
    defer=True,
)
async def audit(ctx: Context) -> Reply:
    return whisper(_audit(await ledger_audit.audit(ctx.guild_id)))


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
    what = t("{title}: **{coins}** {symbol} will be returned.", title=sentences.title(plan.kind), **coins)
    short = t("**{missing}** {symbol} have already been spent and won't be returned.", **coins)
    parts = [
        what,
        *([short] if plan.missing else []),
        join([_change(change) for change in plan.changes]),
        *([t("The buyer keeps what they bought.")] if plan.keeps_goods else []),
        *([t("Reason: {reason}", reason=plain(plan.reason))] if plan.reason else []),
    ]
    title = t("Reverse receipt #{number}?", number=str(plan.number))
    return Card(title, parts, t("Valid for 15 minutes"), AMBER)


def _change(change: Change) -> Text:
    return t(
        "{account}: **{amount}** (now {before})",
        account=sentences.party(change.party),
        amount=sentences.signed(change.amount),
        before=change.before,
    )


def _audit(found: LedgerAudit) -> Card:
    equation = t(
        "Minted **{minted}** = burned **{burned}** + in wallets **{wallets}** + in the treasury **{treasury}** + on "
        "hold **{escrow}**",
        minted=found.minted,
        burned=found.burned,
        wallets=found.in_wallets,
        treasury=found.in_treasury,
        escrow=found.in_escrow,
    )
    size = join(
        [
            n("{count} transfer checked.", "{count} transfers checked.", found.transfers),
            n("{count} wallet checked.", "{count} wallets checked.", found.wallets),
        ],
        " ",
    )
    if found.sound:
        traced = t("Every transfer was checked; none has been altered.")
        return Card(t("The ledger balances"), [equation, traced], size, GREEN)
    return Card(t("The ledger doesn't balance"), [equation, *_faults(found)], size, RED)


def _faults(found: LedgerAudit) -> list[Text]:
    faults = []
    if found.difference:
        missing = n("**{count}** coin is unaccounted for.", "**{count}** coins are unaccounted for.", found.difference)
        faults.append(missing)
    if found.waiting > found.in_escrow:
        faults.append(
            n(
                "**{count}** coin should be on hold, but fewer are.",
                "**{count}** coins should be on hold, but fewer are.",
                found.waiting,
            )
        )
    if found.wrong_transfers:
        numbers = ", ".join(f"#{number}" for number in found.wrong_transfers)
        faults.append(t("Altered or broken receipts: {numbers}", numbers=numbers))
    return [*faults, *_wrong(found.wrong_accounts)]


def _wrong(accounts: Sequence[WrongAccount]) -> list[Text]:
    return [
        t(
            "{account} shows {balance}, but its receipts add up to {total}.",
            account=sentences.account(account.kind, account.user_id),
            balance=account.balance,
            total=account.total,
        )
        for account in accounts
    ]
