"""The page on a wide screen, on a phone, in light and in dark."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from playground.world.cast import ALICE, BOB
from tests.playground.fake_bot import FakeBot
from tests.playground.page.samples import CARD, MARKED, Open
from tests.support.chromium import NARROW, WIDE, use

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [WIDE, NARROW])
async def test_nothing_is_wider_than_the_screen(opened: Open, bot: FakeBot, width: int) -> None:
    bot.answers["show"] = CARD
    async with opened(width=width) as page:
        bot.play.say("a" * 500, as_=BOB)
        await use(page, "/show ", "Enter")
        await expect(page.get_by_role("button", name="Buy")).to_be_visible()
        await use(page, "/pay ")
        for wide in ("document.documentElement", "document.querySelector('#messages')"):
            assert await page.evaluate(f"{wide}.scrollWidth <= {wide}.clientWidth")


async def test_on_a_phone_the_columns_are_drawers(opened: Open, bot: FakeBot) -> None:
    async with opened(width=NARROW) as page:
        await expect(page.locator("#channels")).to_be_hidden()
        await page.get_by_role("button", name="Servers and channels").click()
        await page.locator("#channels .channel", has_text="market").click()
        await expect(page.locator("#channels")).to_be_hidden()
        await expect(page.locator("#place-name")).to_have_text("market")
        await page.get_by_role("button", name="Members").click()
        await page.keyboard.press("Escape")
        await expect(page.locator("#members")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_has_enough_contrast(opened: Open, bot: FakeBot, scheme: str) -> None:
    bot.answers["show"] = CARD
    async with opened(scheme=scheme) as page:
        for source, _, _ in MARKED:
            bot.play.say(f"{source}\n<@{ALICE}>", as_=BOB)
        await use(page, "/show ", "Enter")
        await expect(page.get_by_role("button", name="Buy")).to_be_visible()
        await page.locator("#open-help").click()
        await page.locator("#open-panel").click()
        await page.locator(".exchange summary").first.click()
        assert await page.evaluate(FAINT) == []
        await page.get_by_role("tab", name="Faults").click()
        await use(page, "/")
        assert await page.evaluate(FAINT) == []


# Texts with a contrast below the 4.5 : 1 of WCAG AA, except disabled and decorative ones.
FAINT = """() => {
  const parse = (colour) => {
    const numbers = colour.match(/[\\d.]+/g).map(Number);
    const scale = colour.startsWith("color(") ? 255 : 1;
    return [numbers[0] * scale, numbers[1] * scale, numbers[2] * scale, numbers[3] ?? 1];
  };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const behind = (element) => {
    const layers = [];
    for (let each = element; each; each = each.parentElement) {
      layers.push(parse(getComputedStyle(each).backgroundColor));
    }
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255, 1]);
  };
  const luminance = (colour) => {
    const [r, g, b] = colour.slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    const element = walker.currentNode.parentElement;
    const shown = element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    if (!text || !shown || element.closest(":disabled, .covered")) continue;
    const below = behind(element);
    const colour = over(parse(getComputedStyle(element).color), below);
    const [light, dark] = [luminance(colour), luminance(below)].sort((a, b) => b - a);
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < 4.5) found.push(`${text.slice(0, 40)}: ${contrast.toFixed(2)}`);
  }
  return found;
}"""
