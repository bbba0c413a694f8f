"""/shop: browsing, buying, and gifts."""

from dataclasses import replace
from typing import Annotated

from discord_api.markdown import plain
from interactions.commands.shop import choices
from interactions.commands.shop.wording import described, does, left, offered
from interactions.components import component
from interactions.context import Context, Member
from interactions.declare import Option, command, group
from interactions.responses import Button, Card, Choice, Reply, Row, Select, Style, reply, update, whisper
from interactions.ui import AMBER, GREEN, GREY, confirm_row, pager
from locales import Text, join, t
from models import Effect
from services.core import plans
from services.core.actors import SomePerson
from services.economy import confirmations
from services.shop import catalog, purchases
from services.shop.catalog import CatalogPage
from services.shop.item import Ware
from services.shop.purchases import MAX_ITEMS_PER_PURCHASE, Purchase, PurchaseRequest, Quote
from services.shop.role_orders import AnswerTo

ORDER = "shop.buy"

group("shop", "See and buy what this server sells")


@command("shop view", "See what's on sale")
async def view(ctx: Context, page: Annotated[int, Option("Eight items per page", min=1, max=1000)] = 1) -> Reply:
    shelf = await catalog.shelf(ctx.guild_id, page)
    return reply(_shelf(shelf), *_rows(shelf))


@component("/shop/{page:int}", of="shop view")
async def turn(ctx: Context, page: int) -> Reply:
    shelf = await catalog.shelf(ctx.guild_id, page)
    return update(_shelf(shelf), *_rows(shelf))


@command("shop buy", "Buy an item for yourself", writes=True)
async def buy(
    ctx: Context,
    item: Annotated[str, Option("What", min=1, max=100, autocomplete=choices.sold)],
    count: Annotated[int, Option("How many", min=1, max=MAX_ITEMS_PER_PURCHASE)] = 1,
) -> Reply:
    chosen = await choices.read_sold(ctx, item)
    wish = PurchaseRequest(chosen.item_id, count, chosen.price)
    answer = AnswerTo(ctx.token, ctx.guild_locale)
    ask_above = await confirmations.percent(ctx.member.id)
    made = await purchases.buy(
        ctx.guild_id, ctx.member, ctx.member.roles, wish, answer, key=ctx.key, ask_above=ask_above
    )
    return await _ask(ctx, made) if isinstance(made, Quote) else reply(_bought(ctx, made))


@command("shop gift", "Buy an item for someone else", writes=True)
async def gift(
    ctx: Context,
    item: Annotated[str, Option("What", min=1, max=100, autocomplete=choices.sold)],
    member: Annotated[Member, Option("Who gets it")],
    count: Annotated[int, Option("How many", min=1, max=MAX_ITEMS_PER_PURCHASE)] = 1,
) -> Reply:
    chosen = await choices.read_sold(ctx, item)
    wish = PurchaseRequest(chosen.item_id, count, chosen.price)
    buyer, ask_above = ctx.member, await confirmations.percent(ctx.member.id)
    made = await purchases.gift(ctx.guild_id, buyer, member, wish, key=ctx.key, ask_above=ask_above)
    if isinstance(made, Quote):
        return await _ask(ctx, made, member.id)
    return reply(_bought(ctx, made, member.id), pings=[member.id])


@component("/shop/choose", of="shop buy", anyone=True, ephemeral=True, writes=True)
async def choose(ctx: Context) -> Reply:
    # The card is public and a slip of the finger should not buy anything: confirm first.
    chosen = await choices.read_sold(ctx, ctx.chosen()[0])
    return await _ask(ctx, await purchases.quote(ctx.guild_id, chosen.item_id))


@component("/shop/order/{plan_id:int}/{price:int}", writes=True, counts_as="shop buy")
async def confirm(ctx: Context, plan_id: int, price: int) -> Reply:
    plan = await plans.take(ctx.guild_id, plan_id, ctx.member.id, ORDER)
    wish, receiver_id, buyer = PurchaseRequest(plan["item"], plan["count"], price), plan["receiver"], ctx.member
    if receiver_id:
        receiver = SomePerson(receiver_id, bot=False, in_guild=True)  # the price shown when this button was made
        made = await purchases.gift(ctx.guild_id, buyer, receiver, wish, key=ctx.key)
    else:
        answer = AnswerTo(ctx.token, ctx.locale)
        made = await purchases.buy(ctx.guild_id, buyer, ctx.member.roles, wish, answer, key=ctx.key)
    if isinstance(made, Quote):
        return replace(await _ask(ctx, made, receiver_id), ephemeral=False, edits=True)
    return update(_bought(ctx, made, receiver_id))


@component("/shop/order/{plan_id:int}/cancel", writes=True, counts_as="shop buy")
async def cancel(ctx: Context, plan_id: int) -> Reply:
    await plans.take(ctx.guild_id, plan_id, ctx.member.id, ORDER)
    return update(Card(t("Purchase canceled"), accent=GREY))


async def _ask(ctx: Context, quote: Quote, receiver_id: int | None = None) -> Reply:
    """Ask with the current price; the button buys at that price or asks again."""
    ware, coins = quote.ware, quote.ware.price * quote.count
    order = {"item": ware.id, "count": quote.count, "receiver": receiver_id}
    plan_id = await plans.keep(ctx.guild_id, ctx.member.id, ORDER, order)
    words = {"item": plain(ware.name), "count": quote.count, "coins": coins, "symbol": quote.symbol}
    price = t("**{count} × {item}** for **{coins}** {symbol}", **words)
    receiver = [t("For {member}", member=f"<@{receiver_id}>")] if receiver_id else []
    card = Card(
        t("Make this purchase?"), [price, *receiver, *described(ware), does(ware)], t("Valid for 15 minutes"), AMBER
    )
    pay = Button(t("Pay {coins}", coins=coins), confirm, {"plan_id": plan_id, "price": ware.price}, Style.SUCCESS)
    return whisper(card, confirm_row(pay, cancel, {"plan_id": plan_id}))


def _bought(ctx: Context, made: Purchase, receiver_id: int | None = None) -> Card:
    words = {
        "member": ctx.member.mention,
        "receiver": f"<@{receiver_id}>",
        "item": plain(made.ware.name),
        "count": made.count,
        "coins": made.coins,
        "balance": made.balance,
        "symbol": made.symbol,
    }
    if receiver_id:
        text = t("{member} bought **{count} × {item}** for {receiver} and paid **{coins}** {symbol}.", **words)
    else:
        text = t("{member} bought **{count} × {item}** for **{coins}** {symbol} and has **{balance}** left.", **words)
    return Card(
        t("Purchase"), [text, *_next(made.ware, receiver_id)], t("Receipt #{number}", number=str(made.number)), GREEN
    )


def _next(ware: Ware, receiver_id: int | None) -> list[Text]:
    if ware.effect is not Effect.ROLE:
        return []
    if receiver_id:
        return [t("They get the role {role} with `/inventory use`.", role=f"<@&{ware.role_id}>")]
    return [t("You'll get the role {role} in a moment.", role=f"<@&{ware.role_id}>")]


def _shelf(shelf: CatalogPage) -> Card:
    if not shelf.wares:
        return Card(t("Shop"), [t("The shop is empty. Admins can add items with `/economy item create`.")])
    footer = t("Page {number} of {pages}", number=shelf.number, pages=shelf.pages)
    return Card(t("Shop"), [_line(ware, shelf.symbol) for ware in shelf.wares], footer)


def _rows(shelf: CatalogPage) -> list[Row]:
    return [*([_menu(shelf)] if shelf.wares else []), *pager(turn, shelf.number, shelf.pages)]


def _line(ware: Ware, symbol: str) -> Text:
    # A whole page must fit into the 4,000 characters of a card.
    return join([offered(ware, symbol), *described(ware, 120), t("-# {does}", does=does(ware))])


def _menu(shelf: CatalogPage) -> Select:
    offered = [
        Choice(
            ware.name,
            choices.chosen(ware),
            t("{price} {symbol} · {left}", price=ware.price, symbol=shelf.symbol, left=left(ware)),
        )
        for ware in shelf.wares
    ]
    return Select(choose, offered, t("Buy an item"))
