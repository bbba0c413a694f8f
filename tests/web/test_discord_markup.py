"""Words that Discord would show, as pages and programs get them."""

from __future__ import annotations

from httpx import Response

from playground.world.cast import HARBOUR, MANAGER
from services import settings
from services.identity.authority import Role
from services.settings import Source
from tests.support.callers import Ask, by_token, desk_of, known
from tests.support.whole import Whole
from web.discord_markup import said, unmarked

WRITTEN = r"**Bob\_1** <@7> <@&8> <#9> `a*b` <t:1700000000:R> <b> \*"


def test_a_page_shows_what_discord_would() -> None:
    assert said(WRITTEN, {7: "bob"}) == (
        "<strong>Bob_1</strong> @bob @8 #9 <code>a*b</code> "
        '<time datetime="2023-11-14T22:13:20+00:00">2023-11-14 22:13 UTC</time> &lt;b&gt; *'
    )


def test_a_program_gets_the_words_alone() -> None:
    assert unmarked(WRITTEN) == "Bob_1 @7 @8 #9 `a*b` 2023-11-14 22:13 UTC <b> *"


async def test_a_setting_that_is_refused_or_was_changed_meanwhile_is_told_in_plain_words(whole: Whole) -> None:
    async with desk_of(whole) as desk:
        await known(whole, MANAGER, HARBOUR)
        admin = await by_token("admin", MANAGER, {HARBOUR: Role.ADMIN})

        async def change(daily: int) -> Response:
            body, based_on = {"settings": {"economy": {"daily": daily}}}, {"If-Match": '"v0"'}
            where = ("/guilds/{guild_id:id}/config", "PATCH", {"guild_id": str(HARBOUR)})
            return await desk.send(admin, Ask(*where, body, headers=based_on))

        refused = (await change(-1)).json()
        assert refused["errors"][0]["message"].startswith("Daily pay must be a number from")
        await settings.save(HARBOUR, MANAGER, {"economy.daily": 250}, source=Source.COMMAND)
        late = (await change(300)).json()
        assert f"Daily pay: 200 → 250 in #1 by @{MANAGER}" in late["detail"]
