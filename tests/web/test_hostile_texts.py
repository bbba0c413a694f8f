"""Whatever people call themselves or write, pages show it as text: nothing runs, and nothing is fetched."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from playwright.async_api import Browser

from playground.world.cast import HARBOUR, MANAGER
from tests.support.dashboard import window
from tests.support.examples import EXAMPLES, TEXTS_FROM
from tests.support.whole import Served

pytestmark = pytest.mark.browser

PLACE = f"/servers/{HARBOUR}"
RUNNING = "script:not([src]), [onerror], [onload], [onfocus], iframe, object, embed, base"

# One in each line; ACT stands for what it would do.
_SHAPES = (Path(__file__).parent / "hostile_texts.txt").read_text().splitlines()
_ACTS = ("alert(1)", "location='//evil.test'", "fetch('//evil.test')")
TEXTS = [shape.replace("ACT", act) for act, shape in product(_ACTS, _SHAPES)]
PAGES = [*(PLACE + path for area in EXAMPLES for path in area.text_pages), "/servers", "/sessions"]


async def write(text: str, number: int, guild_id: int = HARBOUR) -> None:
    """Put one text wherever people can put one."""
    for area in EXAMPLES:
        await area.write(guild_id, TEXTS_FROM + number, text)


@pytest.mark.parametrize("part", range(4))
async def test_no_text_of_anybody_does_anything(browser: Browser, served: Served, full: bool, part: int) -> None:
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
    async with window(browser, served, MANAGER) as page:
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
