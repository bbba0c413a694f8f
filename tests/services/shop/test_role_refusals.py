"""Roles that were paid for, with a Discord that refuses in every way it has: told as it is, paid back once known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import httpx
import pytest

from discord_api import current
from discord_api.client import Discord
from discord_api.errors import Blocked, DiscordError
from discord_api.permissions import Permissions
from discord_api.transport import Transport
from models import AccountKind
from services.core.errors import Conflict, Unanswered
from services.core.transactions import rows
from services.core.worker import Task
from services.economy import ledger
from services.identity import live_members
from services.shop import role_orders
from services.shop.role_orders import ATTEMPTS, GIVE_UP, Order, Refund
from tests.support.bot import ALICE, GUILD
from tests.support.coins import balance, give
from tests.support.jobs_in_hand import in_hand
from tests.support.wares import ANSWER, sell

BOT, ROLE, OWN = 7, 1240000000000000001, 1240000000000000002

pytestmark = pytest.mark.usefixtures("database")


def refusal(status: int, code: int, message: str = "No") -> httpx.Response:
    return httpx.Response(status, json={"code": code, "message": message})


HTML = httpx.Response(403, html="<html>Access denied | Cloudflare</html>")
GATEWAY = httpx.Response(502, html="<html>Bad gateway</html>")


@dataclass
class World:
    """A server with one role for sale, and what Discord says instead of doing what it is asked, by its route."""

    roles: list[str] = field(default_factory=list)
    instead: dict[str, httpx.Response] = field(default_factory=dict)
    gives_all_the_same: bool = False
    asked: list[str] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        route = self._route(request)
        self.asked.append(route)
        if route == "give" and ("give" not in self.instead or self.gives_all_the_same):
            self.roles.append(str(ROLE))
        if said := self.instead.get(route) or self.instead.get("all"):
            return httpx.Response(said.status_code, headers=said.headers, content=said.content)
        return self._answers[route]()

    @property
    def _answers(self) -> dict[str, Callable[[], httpx.Response]]:
        return {
            "guild": lambda: httpx.Response(200, json={"id": str(GUILD), "owner_id": "1", "roles": _roles()}),
            "me": lambda: httpx.Response(200, json={"id": str(BOT)}),
            "bot": lambda: httpx.Response(200, json={"user": {"id": str(BOT)}, "roles": [str(OWN)]}),
            "member": lambda: httpx.Response(200, json={"user": {"id": str(ALICE)}, "roles": self.roles}),
            "give": lambda: httpx.Response(204),
        }

    def _route(self, request: httpx.Request) -> str:
        if request.method == "PUT":
            return "give"
        path = request.url.path
        tail = {
            f"/guilds/{GUILD}": "guild",
            "/users/@me": "me",
            f"/members/{BOT}": "bot",
            f"/members/{ALICE}": "member",
        }
        return next(name for end, name in tail.items() if path.endswith(end))

    def client(self) -> Discord:
        transport = Transport(httpx.AsyncClient(transport=httpx.MockTransport(self)))
        url = "https://discord.test/api/v10"
        return Discord("t", project_url="http://bot.test", version="1", base_url=url, patience=0.1, transport=transport)


def _roles() -> list[dict[str, Any]]:
    manages = str(int(Permissions.MANAGE_ROLES))
    return [
        {"id": str(GUILD), "name": "@everyone", "position": 0, "permissions": "0"},
        {"id": str(ROLE), "name": "Sailor", "position": 1, "permissions": "0"},
        {"id": str(OWN), "name": "Tatiana", "position": 2, "permissions": manages},
    ]


async def _order(attempt: int) -> Task:
    """A role that ALICE paid 100 coins for, in the hands of this test."""
    ware = await sell("Sailor", 100, role_id=ROLE)
    await give(ALICE, 100)
    paid = await ledger.transfer(GUILD, ALICE, AccountKind.SINK, 100, key="b", kind="buy", actor_id=ALICE)
    order = asdict(Order.of(ware, ALICE, paid.number, ANSWER))
    return await in_hand(GUILD, role_orders.JOB, order, attempt)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (refusal(403, 50013), "drag my role above it"),
        (refusal(404, 10011), "no longer exists"),
        (refusal(404, 10007), "Only members of this server"),
        (refusal(403, 40007), "banned from this server"),
        (refusal(403, 60003), "two-factor authentication"),
        (refusal(403, 50001), "for commands only"),
        (refusal(403, 50999, "Not `today`"), "Discord refused that: “Not 'today'” (code 50999)"),
    ],
    ids=lambda value: getattr(value, "text", value),
)
async def test_a_refusal_of_discord_is_told_as_what_it_is_and_paid_back(said: httpx.Response, why: str) -> None:
    back = await role_orders.give(World(instead={"give": said}).client(), await _order(1))
    assert isinstance(back, Refund)
    assert why in str(back.why)
    assert await balance(ALICE) == 100


@pytest.mark.parametrize(
    "said", [refusal(403, 40333), HTML, httpx.Response(404, html="no"), GATEWAY, refusal(400, 40006)]
)
@pytest.mark.parametrize("route", ["all", "guild", "give", "member"])
async def test_what_only_stands_between_us_and_discord_is_waited_for(said: httpx.Response, route: str) -> None:
    task = await _order(GIVE_UP)
    world = World(instead={route: said, **({"give": refusal(403, 50013)} if route == "member" else {})})
    with pytest.raises((DiscordError, Conflict)) as waits:
        await role_orders.give(world.client(), task)
    assert "role above" not in str(waits.value)
    assert await balance(ALICE) == 0


async def test_whether_a_role_was_given_stays_open_until_discord_says_and_then_it_is_kept() -> None:
    task = await _order(GIVE_UP)
    world = World(instead={"give": GATEWAY, "member": GATEWAY}, gives_all_the_same=True)
    for attempt in (GIVE_UP, GIVE_UP + 1, GIVE_UP + 500):
        with pytest.raises(DiscordError):
            await role_orders.give(world.client(), await _again(task, attempt))
    del world.instead["member"]
    assert await role_orders.give(world.client(), await _again(task, ATTEMPTS)) is None
    assert (world.roles.count(str(ROLE)) > 0, await balance(ALICE)) == (True, 0)


async def test_a_role_that_was_never_given_is_paid_back_as_soon_as_discord_says_so() -> None:
    task = await _order(GIVE_UP)
    world = World(instead={"give": GATEWAY, "member": GATEWAY})
    with pytest.raises(DiscordError):
        await role_orders.give(world.client(), task)
    world.instead.clear()
    world.asked.clear()
    back = await role_orders.give(world.client(), await _again(task, GIVE_UP + 1))
    assert isinstance(back, Refund)
    assert "hasn't responded" in str(back.why)
    assert "give" not in world.asked, "it is only looked: a role that comes now would come with its price"
    assert await balance(ALICE) == 100


async def test_a_block_by_discords_network_is_never_taken_for_a_lacking_membership() -> None:
    with pytest.raises(Conflict) as told:
        await role_orders.give(World(instead={"guild": refusal(403, 40333)}).client(), await _order(1))
    assert isinstance(told.value.__cause__, Blocked)
    assert "blocked my request" in str(told.value.text)


async def _again(task: Task, attempt: int) -> Task:
    """The same job, taken by the same worker for a later attempt."""
    await rows("UPDATE jobs SET attempts = $2 WHERE id = $1", task.id, attempt)
    return replace(task, attempt=attempt)


@pytest.mark.parametrize("said", [refusal(403, 40333), HTML, refusal(403, 50001), GATEWAY])
async def test_nobody_is_taken_for_a_stranger_because_discord_can_t_be_asked(
    monkeypatch: pytest.MonkeyPatch, said: httpx.Response
) -> None:
    monkeypatch.setattr(current, "_clients", [World(instead={"member": said}).client()])
    with pytest.raises(Unanswered):
        await live_members.find(GUILD, ALICE)


async def test_who_is_no_member_is_known_not_to_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(current, "_clients", [World(instead={"member": refusal(404, 10007)}).client()])
    assert not (await live_members.find(GUILD, ALICE)).in_guild
