"""Payloads with something missing, empty or unknown: whoever clicked reads a sentence, and nothing breaks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.settings import Settings
from interactions.custom_ids import Signer
from interactions.dispatch import log
from services.core.process import derived
from tests.support.bot import ALICE, BOB, GUILD, MANAGER, OTHER_GUILD, Bot
from tests.support.coins import balance, give
from tests.support.wares import sell

FAULT = "on my side"
ELSEWHERE = "only works in a server"


Sign = Callable[[str, int], str]


@pytest.fixture
def sign(settings: Settings) -> Sign:
    """Make custom ids as the app does, of paths that this release does not offer too."""
    signer = Signer(derived(settings.secret_key or "", b"custom_ids"))
    return lambda path, who: signer.sign(path, GUILD, who)


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was logged as a fault of ours."""
    logged: list[str] = []
    monkeypatch.setattr(log, "exception", lambda event, **_: logged.append(event))
    return logged


# Who installed us


@pytest.mark.parametrize(
    "owners",
    [None, {}, {"0": None}, {"0": str(GUILD)}, {"0": GUILD}, {"0": GUILD, "1": ALICE}, [], "0"],
    ids=str,
)
async def test_daily_pay_works_however_little_discord_says_about_who_installed_us(
    bot: Bot, database: str, owners: object
) -> None:
    payload = bot.command("daily") | {"authorizing_integration_owners": owners}
    assert "earned" in (await bot.send(payload)).content


async def test_daily_pay_works_without_any_word_about_who_installed_us(bot: Bot, database: str) -> None:
    payload = bot.command("daily")
    for name in ("authorizing_integration_owners", "context", "guild", "app_permissions", "entitlements"):
        del payload[name]
    assert "earned" in (await bot.send(payload)).content


@pytest.mark.parametrize(
    "said",
    [
        {"authorizing_integration_owners": {"1": str(ALICE)}},
        {"authorizing_integration_owners": {"1": ALICE}},
        {"authorizing_integration_owners": {"0": None, "1": str(ALICE)}},
        {"authorizing_integration_owners": {"0": str(OTHER_GUILD)}},
        {"authorizing_integration_owners": {"0": OTHER_GUILD}},
        {"authorizing_integration_owners": {"0": "0"}},
        {"authorizing_integration_owners": None, "context": 2},
        {"authorizing_integration_owners": None, "context": 1},
    ],
    ids=str,
)
async def test_where_discord_says_that_the_server_did_not_install_us_nothing_is_paid(
    bot: Bot, database: str, said: dict[str, Any]
) -> None:
    answer = await bot.send(bot.command("daily") | said)
    assert ELSEWHERE in answer.content
    assert await balance(ALICE) == 0


# Menus, forms and buttons


@pytest.mark.parametrize(
    "values", [[], None, ["nonsense"], [""], ["1" * 40], "text", 5, [5], [None], {"a": 1}], ids=str
)
async def test_every_menu_answers_whatever_was_chosen_with_a_sentence(
    bot: Bot, database: str, faults: list[str], values: object
) -> None:
    await sell("Hat")
    await bot.slash("setup", by=MANAGER)
    menus = [(await bot.slash("shop view", by=ALICE), ALICE), (await bot.slash("config show", by=MANAGER), MANAGER)]
    menus.append((await bot.slash("setup", by=MANAGER), MANAGER))
    for card, who in menus:
        (menu,) = (component for component in card.components if component["type"] == 3)
        payload = bot.pressed(menu["custom_id"], by=who, on=card)
        payload["data"] |= {"component_type": 3, "values": values}
        answer = await bot.send(payload)
        assert (answer.status, bool(answer.content)) == (200, True)
        assert FAULT not in answer.content
    assert faults == []


@pytest.mark.parametrize("step", ["language", "zone", "pay", "staff", "log", "review", "nonsense"])
@pytest.mark.parametrize("values", [[], ["nonsense"]], ids=str)
async def test_every_step_of_setup_answers_a_choice_it_does_not_know(
    bot: Bot, database: str, faults: list[str], sign: Sign, step: str, values: list[str]
) -> None:
    payload = bot.pressed(sign(f"/setup/{step}/chosen", MANAGER), by=MANAGER)
    payload["data"] |= {"component_type": 3, "values": values}
    answer = await bot.send(payload)
    assert answer.content
    assert FAULT not in answer.content
    assert faults == []


@pytest.mark.parametrize(
    "path",
    [
        "/setup/nonsense/go",
        "/economy/settings/nonsense",
        "/economy/settings/nonsense/1/save",
        "/bet/coinflip/nonsense/5",
        "/economy/items/new/nonsense/0",
        f"/tx/{ALICE}/nonsense/0/before/0",
        f"/tx/{ALICE}/all/0/nonsense/0",
    ],
)
async def test_a_button_of_another_release_has_expired(
    bot: Bot, database: str, faults: list[str], sign: Sign, path: str
) -> None:
    answer = await bot.press(sign(path, MANAGER), by=MANAGER)
    assert "expired" in answer.content
    assert faults == []


@pytest.mark.parametrize(
    "components", [[], [{}], [{"type": 18}], [{"type": 18, "component": {}}], [5], None, {}], ids=str
)
async def test_every_form_answers_whatever_came_back_with_a_sentence(
    bot: Bot, database: str, faults: list[str], sign: Sign, components: object
) -> None:
    await give(ALICE, 100)
    for path, who in (
        (f"/pay/{BOB}", ALICE),
        ("/setup/zone/typed", MANAGER),
        ("/privacy/delete/confirmed", ALICE),
        ("/config/plan/form", MANAGER),
        ("/economy/items/new/none/0", MANAGER),
        ("/economy/settings/daily/0/save", MANAGER),
    ):
        payload = bot.pressed(sign(path, who), by=who)
        payload |= {"type": 5, "data": {"custom_id": payload["data"]["custom_id"], "components": components}}
        answer = await bot.send(payload)
        assert (answer.status, bool(answer.content)) == (200, True), path
        assert FAULT not in answer.content, path
    assert faults == []
    assert await balance(BOB) == 0


def _everything_that_can_be_missing(payload: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    changed = []
    for name in payload.keys() - {"id", "application_id", "type"}:
        others: tuple[Any, ...] = (None, 5, "text", [], {}, "9" * 30)
        changed += [(f"{name}={value!r}", payload | {name: value}) for value in others]
        changed.append((f"without {name}", {key: value for key, value in payload.items() if key != name}))
    return changed


@pytest.mark.parametrize("command", ["ping", "balance", "shop view"])
async def test_whatever_is_missing_or_of_another_kind_is_answered_in_words(
    bot: Bot, database: str, faults: list[str], command: str
) -> None:
    for told, payload in _everything_that_can_be_missing(bot.command(command)):
        answer = await bot.send(payload)
        assert (answer.status, bool(answer.content)) == (200, True), told
        assert FAULT not in answer.content, told
        assert "can't reach my database" not in answer.content, told
    assert faults == []
