"""A server with erased people, departed members and deleted objects, for tests that walk through all of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from playground.world.cast import ALICE, BOB, HARBOUR, KEEPER, MANAGER, OWNER, PRACA, WATCH_ROOM
from services.core.actors import Actor
from services.core.transactions import rows
from services.privacy import erasing, erasure
from services.shop import items as item_admin
from tests.support.life import lived
from tests.support.whole import Whole

NOBODY_WE_KNOW = 555_000_000_000_000_555


@dataclass(frozen=True, slots=True)
class Gone:
    """Ids of deleted objects, by the parameter that takes them."""

    pools: dict[str, list[str]]

    def cases(self, names: list[str]) -> list[dict[str, str]]:
        """Values for these parameters, so that each value is used at least once."""
        wanted = [name for name in names if name in self.pools]
        most = max((len(self.pools[name]) for name in wanted), default=1)
        return [{name: self.pools[name][turn % len(self.pools[name])] for name in wanted} for turn in range(most)]


async def gone(whole: Whole) -> Gone:
    """A full history, then two people erased, one departed, and a role, channel, item and other server deleted."""
    async with lived(whole):
        pass
    for user_id in (BOB, MANAGER):
        wish = await erasure.request(user_id)
        await rows("UPDATE erasures SET due_at = now() WHERE id = $1", wish.id)
        assert await erasing.run(wish.id)
    world = whole.play.world
    harbour = world.guild(HARBOUR)
    world.leave(harbour, ALICE)
    del harbour.roles[KEEPER]
    for member in harbour.members.values():
        member.role_ids = [role_id for role_id in member.role_ids if role_id != KEEPER]
    harbour.channel_ids.remove(WATCH_ROOM)
    del world.channels[WATCH_ROOM]
    world.leave(world.guild(PRACA), world.bot.id)
    items = [str(row["id"]) for row in await rows("SELECT id FROM shop_items WHERE guild_id = $1 ORDER BY id", HARBOUR)]
    await item_admin.archive(HARBOUR, Actor(OWNER, "r"), int(items[0]))
    people = [str(BOB), str(ALICE), str(MANAGER), str(NOBODY_WE_KNOW)]
    receipts = [
        str(row["id"]) for row in await rows("SELECT id FROM transfers WHERE guild_id = $1 ORDER BY id", HARBOUR)
    ]
    changes = [str(row["number"]) for row in await rows("SELECT number FROM change_sets WHERE guild_id = $1", HARBOUR)]
    keys = [str(row["id"]) for row in await rows("SELECT id FROM api_keys WHERE guild_id = $1", HARBOUR)]
    return Gone(
        {
            "user_id": people, "member": people, "transfer": receipts, "receipt": receipts, "id": receipts,
            "item_id": items, "item": items, "change": changes, "key_id": keys, "role": [str(KEEPER)],
            "channel": [str(WATCH_ROOM)],
        }
    )  # fmt: skip


@dataclass(slots=True)
class Form:
    """A page's form with its initial values."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)


class Forms(HTMLParser):
    """The forms on a page that change something."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._form: Form | None = None
        self._select: str | None = None
        self._area: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method") == "post":
            self._form = Form(given.get("action", ""))
            self.found.append(self._form)
        if self._form is None:
            return
        name, value = given.get("name"), given.get("value", "")
        match tag:
            case "input" | "button" if name and (given.get("type") not in ("checkbox", "radio") or "checked" in given):
                self._form.fields.append((name, value or _typed(given)))
            case "select":
                self._select = name
            case "option" if self._select and "selected" in given:
                self._form.fields.append((self._select, value))
            case "textarea" if name:
                self._area = name
                self._form.fields.append((name, ""))

    def handle_data(self, data: str) -> None:
        if self._form and self._area:
            self._form.fields[-1] = (self._area, self._form.fields[-1][1] + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._area = None


def _typed(given: dict[str, str]) -> str:
    """Text to type into an empty field."""
    if given.get("type") in ("hidden", "submit") or "name" not in given:
        return ""
    return "DELETE" if given.get("pattern") == "DELETE" else "5"
