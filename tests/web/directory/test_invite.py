"""The link that adds the bot again with the permissions it needs."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from discord_api.permissions import Permissions
from playground.world.cast import HARBOUR, MANAGER
from services import settings
from services.settings import Source
from tests.support.browser import Browser, browser
from tests.support.whole import Whole

P = Permissions


async def test_an_admin_adds_the_bot_again_with_what_the_areas_that_are_on_need(whole: Whole) -> None:
    async with browser(whole) as window:
        await window.sign_in(MANAGER)
        assert P.BAN_MEMBERS | P.KICK_MEMBERS | P.MODERATE_MEMBERS | P.MANAGE_NICKNAMES in await asked(window)
        await settings.save(HARBOUR, 0, {"areas.moderation": False}, source=Source.DASHBOARD)
        assert await asked(window) == P.VIEW_CHANNEL | P.SEND_MESSAGES | P.MANAGE_ROLES


async def asked(window: Browser) -> Permissions:
    """The permissions that Discord is asked for, in this server and no other."""
    answer = await window.get(f"/servers/{HARBOUR}/invite")
    assert answer.status_code == 303
    address = urlsplit(answer.headers["location"])
    query = parse_qs(address.query)
    assert (address.path, query["guild_id"]) == ("/oauth2/authorize", [str(HARBOUR)])
    return Permissions(int(query["permissions"][0]))
