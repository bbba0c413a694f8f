"""/pay, /request and the menu entry "Pay…": payments between members."""

from dataclasses import dataclass
from typing import Annotated

from discord_api.markdown import quoted
from interactions.components import component
from interactions.context import Context, Member
from interactions.declare import Option, command, menu
from interactions.kept_forms import kept, refilled, typed
from interactions.responses import Button, Card, Field, Modal, Reply, Style, reply, update, whisper
from interactions.suggestions import number_of_coins, share_of_balance
from interactions.ui import AMBER, GREEN, GREY, confirm_row
from locales import Text, t
from models import OfferState
from services.core import plans
from services.core.actors import Person, SomePerson
from services.core.amounts import Amount
from services.core.errors import UserError
from services.economy import confirmations, offers, payments, typed_amounts
from services.economy.confirmations import NEVER, NeedsConfirmation
from services.economy.ledger import AccountFull
from services.economy.offer_settlement import PAYMENT, Offered

PLAN = "pay"


@dataclass(frozen=True, slots=True)
class Recipient:
    """The recipient of a payment, and its terms."""

    payee_id: int
    note: str
    needs_accept: bool


@command("pay", "Pay coins to someone", writes=True)
async def pay(
    ctx: Context,
    member: Annotated[Member, Option("Who gets the coins")],
    amount: Annotated[str, Option("For example 250, 1.5k, half, or all", max=40, autocomplete=share_of_balance)],
    note: Annotated[str, Option("What it's for; everyone can read this", max=100)] = "",
    ask_first: Annotated[bool, Option("They get the coins only after they press Accept")] = False,
) -> Reply:
    coins = await typed_amounts.parse(ctx.guild_id, amount, ctx.locale)
    wish = Recipient(member.id, note, ask_first)
    try:
        return await _carried_out(ctx, member, coins, wish, await confirmations.percent(ctx.member.id))
    except NeedsConfirmation as asked:
        return await _ask(ctx, asked, wish)


@component("/pay/plan/{plan_id:int}", writes=True)
async def confirm(ctx: Context, plan_id: int) -> Reply:
    plan = await plans.take(ctx.guild_id, plan_id, ctx.member.id, PLAN)
    wish = Recipient(plan["payee"], plan["note"], plan["needs_accept"])
    payee = SomePerson(wish.payee_id, bot=False, in_guild=True)  # the amount shown when this button was made
    return await _carried_out(ctx, payee, Amount(plan["coins"]), wish, NEVER)


@component("/pay/plan/{plan_id:int}/cancel", writes=True)
async def cancel(ctx: Context, plan_id: int) -> Reply:
    await plans.take(ctx.guild_id, plan_id, ctx.member.id, PLAN)
    return update(Card(t("Payment canceled"), accent=GREY))


@command("request", "Ask someone for coins", writes=True)
async def request(
    ctx: Context,
    member: Annotated[Member, Option("Who should pay")],
    amount: Annotated[str, Option("For example 250 or 1.5k", max=40, autocomplete=number_of_coins)],
    note: Annotated[str, Option("What it's for; everyone can read this", max=100)] = "",
) -> Reply:
    coins = Amount(await typed_amounts.whole(ctx.guild_id, amount, ctx.locale))
    made = await offers.request(ctx.guild_id, ctx.member, member, coins, note)
    return reply(_card(made), _answers(made, t("Pay")), pings=[member.id])


@menu("Pay…", of="pay")
async def pay_menu(ctx: Context, member: Member) -> Modal:
    # Checked now, because the form's submission no longer describes the recipient.
    payments.check_parties(ctx.member, member)
    return Modal(t("Pay {member}", member=member.display_name), pay_form, _fields(), {"member_id": member.id})


@component("/pay/{member_id:int}", writes=True)
async def pay_form(ctx: Context, member_id: int) -> Reply:
    values = typed(ctx, _fields())
    payee = SomePerson(member_id, bot=False, in_guild=True)
    try:
        coins = await typed_amounts.parse(ctx.guild_id, values["amount"], ctx.locale)
        wish = Recipient(member_id, values["note"], needs_accept=False)
        return await _carried_out(ctx, payee, coins, wish, await confirmations.percent(ctx.member.id))
    except NeedsConfirmation as asked:
        return await _ask(ctx, asked, wish)
    except AccountFull:  # raised by the database: nothing more can be stored in this transaction
        raise
    except UserError as error:
        # Handled here, because dispatch would lose the typed text.
        retry = Button(t("Try again"), pay_again, {"member_id": member_id}, Style.PRIMARY)
        return kept(ctx, error.text, _fields(), values, retry)


@component("/pay/{member_id:int}/again")
async def pay_again(ctx: Context, member_id: int) -> Modal:
    return Modal(t("Pay"), pay_form, refilled(ctx, _fields()), {"member_id": member_id})


@component("/offers/{offer_id:int}/accept", writes=True, counts_as="pay")
async def accept(ctx: Context, offer_id: int) -> Reply:
    ask_above = await confirmations.percent(ctx.member.id)
    try:
        return update(_card(await offers.accept(ctx.guild_id, offer_id, ctx.member.id, ask_above=ask_above)))
    except NeedsConfirmation as asked:
        pay = Button(t("Pay {coins}", coins=asked.coins), pay_request, {"offer_id": offer_id}, Style.SUCCESS)
        return whisper(
            Card(t("Make this payment?"), [asked.text], t("Use `/confirm` to choose when I ask"), AMBER), [pay]
        )


@component("/offers/{offer_id:int}/pay", writes=True, counts_as="pay")
async def pay_request(ctx: Context, offer_id: int) -> Reply:
    made = await offers.accept(ctx.guild_id, offer_id, ctx.member.id)
    return reply(_card(made), pings=[made.payee_id])


@component("/offers/{offer_id:int}/decline", anyone=True, writes=True, counts_as="pay")
async def decline(ctx: Context, offer_id: int) -> Reply:
    # For both sides; the service knows who they are.
    return update(_card(await offers.decline(ctx.guild_id, offer_id, ctx.member.id)))


def _fields() -> list[Field]:
    return [
        Field("amount", t("Amount"), placeholder=t("For example 250, 1.5k, half, or all"), min_length=1, max_length=40),
        Field("note", t("Note"), description=t("Everyone can read this"), required=False, max_length=100),
    ]


async def _ask(ctx: Context, asked: NeedsConfirmation, wish: Recipient) -> Reply:
    """Show the resulting amount; the button pays exactly that."""
    details = {"payee": wish.payee_id, "coins": asked.coins, "note": wish.note, "needs_accept": wish.needs_accept}
    params = {"plan_id": await plans.keep(ctx.guild_id, ctx.member.id, PLAN, details)}
    question = t("**{coins}** {symbol} to <@{payee}>", coins=asked.coins, symbol=asked.symbol, payee=str(wish.payee_id))
    hint = t("Valid for 15 minutes · Use `/confirm` to choose when I ask")
    pay = Button(t("Pay {coins}", coins=asked.coins), confirm, params, Style.SUCCESS)
    card = Card(t("Make this payment?"), [*_body(question, wish.note), asked.text], hint, AMBER)
    return whisper(card, confirm_row(pay, cancel, params))


async def _carried_out(ctx: Context, payee: Person, amount: Amount, wish: Recipient, ask_above: int) -> Reply:
    payer = ctx.member
    if wish.needs_accept:
        made = await offers.offer(ctx.guild_id, payer, payee, amount, wish.note, key=ctx.key, ask_above=ask_above)
        return reply(_card(made), _answers(made, t("Accept")), pings=[payee.id])
    paid = await payments.pay(ctx.guild_id, payer, payee, amount, wish.note, key=ctx.key, ask_above=ask_above)
    sentence = t(
        "{payer} paid **{coins}** {symbol} to <@{payee}>.{fee}",
        payer=ctx.member.mention,
        coins=paid.coins,
        symbol=paid.symbol,
        payee=str(payee.id),
        fee=_fee(paid.fee),
    )
    card = Card(t("Paid"), _body(sentence, wish.note), _receipt(paid.number), GREEN)
    return reply(card, pings=[payee.id])


def _card(made: Offered) -> Card:
    title, sentence, accent = _payment(made) if made.kind == PAYMENT else _request(made)
    footer = _receipt(made.number) if made.number else None
    return Card(title, _body(sentence, made.note), footer, accent)


def _payment(made: Offered) -> tuple[Text, Text, int]:
    words = _words(made)
    match made.state:
        case OfferState.OPEN:
            text = t(
                "{payer} is offering **{coins}** {symbol} to {payee}. The coins are on hold until {payee} accepts. "
                "The offer expires <t:{until}:R>.",
                **words,
            )
            return t("Payment offer"), text, AMBER
        case OfferState.ACCEPTED:
            return t("Paid"), t("{payee} accepted **{coins}** {symbol} from {payer}.{fee}", **words), GREEN
        case OfferState.DECLINED:
            return t("Declined"), t("The **{coins}** {symbol} for {payee} were returned to {payer}.", **words), GREY
        case OfferState.EXPIRED:
            text = t("{payee} didn't accept in time, so the **{coins}** {symbol} were returned to {payer}.", **words)
            return t("Expired"), text, GREY


def _request(made: Offered) -> tuple[Text, Text, int]:
    words = _words(made)
    match made.state:
        case OfferState.OPEN:
            text = t("{payee} is asking {payer} for **{coins}** {symbol}. The request expires <t:{until}:R>.", **words)
            return t("Payment request"), text, AMBER
        case OfferState.ACCEPTED:
            return t("Paid"), t("{payer} paid **{coins}** {symbol} to {payee}.{fee}", **words), GREEN
        case OfferState.DECLINED:
            return t("Declined"), t("{payer} declined to pay **{coins}** {symbol} to {payee}.", **words), GREY
        case OfferState.EXPIRED:
            text = t("{payer} didn't answer in time. {payee} had asked for **{coins}** {symbol}.", **words)
            return t("Expired"), text, GREY


def _words(made: Offered) -> dict[str, Text | str | int]:
    return {
        "payer": f"<@{made.payer_id}>",
        "payee": f"<@{made.payee_id}>",
        "coins": made.coins,
        "symbol": made.symbol,
        "until": str(int(made.expires_at.timestamp())),
        "fee": _fee(made.fee),
    }


def _answers(made: Offered, yes: Text) -> list[Button]:
    taker = made.payee_id if made.kind == PAYMENT else made.payer_id
    params = {"offer_id": made.id}
    return [Button(yes, accept, params, Style.SUCCESS, owner=taker), Button(t("Decline"), decline, params)]


def _body(sentence: Text, note: str) -> list[Text | str]:
    return [sentence, quoted(note)] if quoted(note) else [sentence]


def _fee(fee: int) -> Text | str:
    return t(" This includes a fee of {fee}.", fee=fee) if fee else ""


def _receipt(number: int | None) -> Text:
    return t("Receipt #{number}", number=str(number))
