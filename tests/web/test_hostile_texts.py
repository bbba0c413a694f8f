"""Whatever people call themselves or write, pages show it as text: nothing runs, and nothing is fetched."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from playground.world.cast import HARBOUR, MANAGER
from services.core.transactions import rows
from tests.conftest import Served
from tests.support.chromium import chromium
from tests.support.dashboard import window

pytestmark = pytest.mark.browser

PLACE = f"/servers/{HARBOUR}"
RUNNING = "script:not([src]), [onerror], [onload], [onfocus], iframe, object, embed, base"
BASE = 900_000_000_000_000_000

# One in each line; ACT stands for what it would do.
_SHAPES = (Path(__file__).parent / "hostile_texts.txt").read_text().splitlines()
_ACTS = ("alert(1)", "location='//evil.test'", "fetch('//evil.test')")
TEXTS = [shape.replace("ACT", act) for act, shape in product(_ACTS, _SHAPES)]
IN_SERVER = [
    "", "/members?sort=seen", "/members?sort=name", f"/members/{BASE}", f"/members/{BASE}/ledger", "/transfers",
    "/shop", "/leaderboard", "/analytics", "/settings/general", "/settings/economy", "/settings/history",
    "/settings/history/1", "/settings/document", "/audit-log", "/keys",
]  # fmt: skip
PAGES = [*(PLACE + one for one in IN_SERVER), "/servers", "/sessions"]


async def write(text: str, number: int, guild_id: int = HARBOUR) -> None:
    """Put one text wherever people can put one."""
    user_id, short = BASE + number, text[:32]
    await rows("INSERT INTO users (discord_id, username) VALUES ($1, $2)", user_id, short)
    await rows(
        "INSERT INTO user_guild_data (guild_id, user_id, name, last_seen_at) VALUES ($1, $2, $3, now())",
        guild_id, user_id, short.lower(),
    )  # fmt: skip
    await rows(
        "INSERT INTO command_usage (guild_id, user_id, command_name, milliseconds, outcome, timestamp)"
        " VALUES ($1, $2, $3, 5, 'answered', now())",
        guild_id, user_id, short,
    )  # fmt: skip
    await rows(
        "INSERT INTO shop_items (guild_id, name, description, price, effect, created_at)"
        " VALUES ($1, $2, $3, 5, 'none', now())",
        guild_id, text[:50] + str(number), text[:300],
    )  # fmt: skip
    await rows(
        "INSERT INTO audit_log (guild_id, actor_id, action, target, details, request_id, created_at)"
        " VALUES ($1, $2, 'economy.grant', $3, jsonb_build_object('reason', $4::text), '', now())",
        guild_id, user_id, short, text,
    )  # fmt: skip


@pytest.mark.parametrize("part", range(4))
async def test_no_text_of_anybody_does_anything(served: Served, full: bool, part: int) -> None:
    assert len(TEXTS) >= 200
    if part and not full:
        pytest.skip("one part of four, unless --full is asked for")
    texts = TEXTS[part::4]
    play = served.whole.play
    for number, text in enumerate(texts):
        await write(text, number)
    guild = play.world.guilds[HARBOUR]
    guild.name = texts[0][:100]
    for role, text in zip(guild.roles.values(), texts, strict=False):
        role.name = text[:100]
    for channel, text in zip((play.world.channels[one] for one in guild.channel_ids), texts, strict=False):
        channel.name = text[:100]
    async with chromium() as browser, window(browser, served, MANAGER) as page:
        for path in PAGES:
            answer = await page.goto(served.address + path)
            assert answer
            assert answer.status in (200, 404), path
            await page.wait_for_load_state("networkidle")
            assert (
                await page.evaluate(
                    "document.querySelectorAll('script:not([src]), [onerror], [onload], iframe').length"
                )
                == 0
            )
            assert page.url == served.address + path, "nobody was led away"
