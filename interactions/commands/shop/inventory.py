"""/inventory: a member's items, using them, and giving them away."""

from typing import Annotated

from discord_api.markdown import plain
from interactions.commands.shop import choices
from interactions.commands.shop.wording import described, does
from interactions.components import component
from interactions.context import Context, Member
from interactions.declare import Option, command, group
from interactions.responses import Card, Reply, reply, update, whisper
from interactions.ui import GREEN, pager
from locales import Text, join, t
from models import Effect
from services.shop import inventory, item_use
from services.shop.inventory import OwnedItem, Page
from services.shop.purchases import MAX_ITEMS_PER_PURCHASE
from services.shop.role_orders import AnswerTo

group("inventory", "See, use, or give away your items")


@command("inventory view", "See which items you or someone else has", ephemeral=True)
async def view(
    ctx: Context, member: Annotated[Member | None, Option("Whose items; leave empty for your own")] = None
) -> Reply:
    who = member.id if member else ctx.member.id
    page = await inventory.page(ctx.guild_id, who, 1)
    show = whisper if who == ctx.member.id else reply
    return show(_shown(ctx, page, who), *pager(turn, page.number, page.pages, member_id=who))


@component("/inventory/{member_id:int}/{page:int}", of="inventory view")
async def turn(ctx: Context, member_id: int, page: int) -> Reply:
    turned = await inventory.page(ctx.guild_id, member_id, page)
    return update(_shown(ctx, turned, member_id), *pager(turn, turned.number, turned.pages, member_id=member_id))


@command("inventory use", "Use one of your items", ephemeral=True, writes=True)
async def use(ctx: Context, item: Annotated[str, Option("What", min=1, max=100, autocomplete=choices.owned)]) -> Reply:
    chosen = await choices.read_owned(ctx, item)
    answer = AnswerTo(ctx.token, ctx.locale)
    used = await item_use.use(ctx.guild_id, ctx.member.id, ctx.member.roles, chosen.id, answer)
    return whisper(_used(used))


@command("inventory gift", "Give one of your items to someone", writes=True)
async def gift(
    ctx: Context,
    item: Annotated[str, Option("What", min=1, max=100, autocomplete=choices.owned)],
    member: Annotated[Member, Option("Who gets it")],
    count: Annotated[int, Option("How many", min=1, max=MAX_ITEMS_PER_PURCHASE)] = 1,
) -> Reply:
    chosen = await choices.read_owned(ctx, item)
    left = await inventory.gift(ctx.guild_id, ctx.member, member, chosen.id, count)
    text = t(
        "{giver} gave **{count} × {item}** to {receiver}.",
        giver=ctx.member.mention,
        count=count,
        item=plain(left.name),
        receiver=member.mention,
    )
    return reply(Card(t("Gift"), [text], accent=GREEN), pings=[member.id])


def _shown(ctx: Context, page: Page, member_id: int) -> Card:
    own = member_id == ctx.member.id
    title = t("Your inventory") if own else t("Inventory")
    about = [] if own else [f"<@{member_id}>"]
    if not page.things:
        return Card(title, [*about, t("Nothing yet. See what's on sale with `/shop view`.")])
    footer = t("Page {number} of {pages}", number=page.number, pages=page.pages)
    return Card(title, [*about, *map(_line, page.things)], footer)


def _line(owned: OwnedItem) -> Text:
    head = t("**{item}** × {count}", item=plain(owned.name), count=owned.quantity)
    # A whole page must fit into the 4,000 characters of a card.
    return join([head, *described(owned, 100), t("-# {does}", does=does(owned))])


def _used(used: OwnedItem) -> Card:
    item, role = plain(used.name), f"<@&{used.role_id}>"
    if used.effect is Effect.ROLE:
        left = t("You have {count} left.", count=used.quantity)
        return Card(
            t("Used"),
            [t("**{item}**: you'll get the role {role} in a moment.", item=item, role=role), left],
            accent=GREEN,
        )
    kept = t("Your item was not used up.")
    return Card(plain(used.name), [*described(used), does(used), kept])
