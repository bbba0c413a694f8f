"""Paid roles: given by a job however long it takes, or refunded."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from discord_api import errors, members
from locales import Text, t
from models import AccountKind
from services.core import audit, jobs
from services.core.discord_refusals import NOT_A_MEMBER, told
from services.core.errors import Conflict
from services.core.transactions import rows
from services.core.worker import Task
from services.economy import ledger
from services.economy.ledger import Move
from services.shop import inventory, item_roles
from services.shop.item import Ware
from services.shop.item_roles import UnfitRole

if TYPE_CHECKING:
    from discord_api.client import Discord

JOB = "shop.give_role"
GIVE_UP = 11  # attempts, over about an hour; after that, only check whether one of them succeeded
ATTEMPTS = 24 * 365  # one an hour by then: no refund before it is certain that the member lacks the role

# These errors mean the role was not and won't be given; any other may be temporary.
REFUSALS = (errors.Forbidden, errors.NotFound, errors.InvalidForm)
_NO_ANSWER = t("Discord hasn't responded for more than an hour.")

_WAITS = "SELECT id FROM jobs WHERE guild_id = $1 AND key = $2"
_REVERSED = "SELECT id FROM transfers WHERE guild_id = $1 AND reverses_id = $2"
_RESTOCK = "UPDATE shop_items SET stock = stock + 1 WHERE guild_id = $1 AND id = $2"


@dataclass(frozen=True, slots=True)
class AnswerTo:
    """The response that announced the order, and its language; Discord lets us edit it for 15 minutes."""

    token: str
    locale: str


@dataclass(frozen=True, slots=True)
class Order:
    """A role owed to a member; without a `receipt`, they paid with an item."""

    user_id: int
    role_id: int
    item_id: int
    item: str
    coins: int
    receipt: int | None
    token: str
    locale: str

    @classmethod
    def of(cls, ware: Ware, user_id: int, receipt: int | None, answer: AnswerTo) -> Order:
        """The order for the role an item gives."""
        assert ware.role_id is not None, "the database holds that"
        return cls(user_id, ware.role_id, ware.id, ware.name, ware.price, receipt, answer.token, answer.locale)


@dataclass(frozen=True, slots=True)
class Refund:
    """A failed order; `receipt` is the refund's, None if an item was returned."""

    order: Order
    why: Text
    receipt: int | None


async def expect_none(guild_id: int, user_id: int, role_id: int) -> None:
    """Refuse a second order while one is pending; the caller must hold the member's wallet lock."""
    if await rows(_WAITS, guild_id, _key(user_id, role_id)):
        raise Conflict(t("You have already ordered this role; it is on its way."))


async def place(guild_id: int, order: Order) -> None:
    """Place an order in the current transaction."""
    key = _key(order.user_id, order.role_id)
    await jobs.enqueue(JOB, asdict(order), guild_id=guild_id, key=key, max_attempts=ATTEMPTS)


async def give(discord: Discord, task: Task) -> Refund | None:
    """Give the role, safely repeatable; if that is impossible, refund once."""
    order = Order(**task.payload)
    if order.receipt and await rows(_REVERSED, task.guild_id, order.receipt):
        return None  # refunded already, or reversed by an admin
    why = _NO_ANSWER
    if task.attempt <= GIVE_UP:
        try:
            # The role may have gained permissions or moved up since the item was created.
            await item_roles.check(discord, task.guild_id, order.role_id)
            reason = f"Bought in the shop: {order.item}" + (f" (receipt #{order.receipt})" if order.receipt else "")
            await members.add_role(discord, task.guild_id, order.user_id, order.role_id, reason=reason)
        except (UnfitRole, *REFUSALS) as error:
            why = _why(error)
        else:
            return None
    # An attempt that seemed to fail may have succeeded after all.
    if await _has_role(discord, task.guild_id, order):
        return None
    return await _give_back(task, order, why)


async def _give_back(task: Task, order: Order, why: Text) -> Refund:
    async with task.completing():
        if order.receipt is None:
            await inventory.add(task.guild_id, order.user_id, order.item_id, 1)
            receipt = None
        else:
            receipt = await _refund(task.guild_id, order, order.receipt)
        details = {"member": order.user_id, "item": order.item, "receipt": receipt, "why": str(why)}
        await audit.record(task.guild_id, 0, "shop.role_not_given", str(order.role_id), details)
    return Refund(order, why, receipt)


async def _refund(guild_id: int, order: Order, paid: int) -> int | None:
    books = await ledger.hold(guild_id, order.user_id, AccountKind.SINK)
    if await rows(_REVERSED, guild_id, paid):
        return None
    entry = await ledger.post(
        books,
        [Move(AccountKind.SINK, order.user_id, order.coins)],
        key=f"refund:{paid}",
        kind="refund",
        actor_id=0,
        reason=order.item,
        reverses=paid,
        despite_freeze=True,
    )
    await rows(_RESTOCK, guild_id, order.item_id)
    return entry.number


async def _has_role(discord: Discord, guild_id: int, order: Order) -> bool:
    """Whether the member has the role now; DiscordError if that can't be known."""
    try:
        member = await members.get(discord, guild_id, order.user_id)
    except (errors.UnknownMember, errors.UnknownUser, *NOT_A_MEMBER):
        return False
    return str(order.role_id) in member["roles"]


def _why(error: UnfitRole | errors.DiscordError) -> Text:
    match error:
        case UnfitRole():
            return error.text
        case errors.UnknownRole():
            return t("That role no longer exists. Choose another one for the item.")
        case errors.UnknownMember():
            return t("Only members of this server can have its roles.")
        case errors.BannedMember():
            return t("Discord can't give roles to someone who is banned from this server.")
        case errors.MissingPermission():
            return t("My role is too low to give that role. An admin can drag my role above it.")
    return told(error)


def _key(user_id: int, role_id: int) -> str:
    return f"role:{user_id}:{role_id}"
