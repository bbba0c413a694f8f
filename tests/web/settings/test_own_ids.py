"""Roles and channels of another server: no door stores them, and nothing is written there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import orjson
import pytest
from httpx import ASGITransport, AsyncClient

from playground.client.acting import Play
from playground.world.cast import GENERAL, GERAL, HARBOUR, OWNER, PRACA_ROLE, SAILOR, STRANGER
from services import settings
from services.core import areas, own_ids
from services.core.errors import Unanswered
from services.core.transactions import rows
from services.settings import BadSetting, General, Source, documents, drafts, setup
from services.settings.setup import Step
from tests.support.browser import Browser, words
from tests.support.callers import by_key
from tests.support.whole import HOME, Whole

PLACE = f"/servers/{HARBOUR}/settings"
API = f"/api/v1/guilds/{HARBOUR}"
_STORE = """
INSERT INTO guilds (discord_id, config, config_version) VALUES ($1, $2::jsonb, 1)
ON CONFLICT (discord_id) DO UPDATE SET config = excluded.config, config_version = 1"""
FOREIGN = {"general.log_channel_id": str(GERAL), "general.staff_role_ids": [str(PRACA_ROLE)]}
DOCUMENT = {"schema": 1, "settings": {"general": {"log_channel_id": str(GERAL)}}}


async def _nothing_stored() -> bool:
    stored = await rows("SELECT config::text AS config FROM guilds WHERE discord_id = $1", HARBOUR)
    chosen = await rows(
        "SELECT chosen::text AS chosen FROM change_drafts UNION ALL SELECT chosen::text FROM setup_drafts"
    )
    found = " ".join([row["config"] for row in stored] + [row["chosen"] for row in chosen])
    return str(GERAL) not in found and str(PRACA_ROLE) not in found


async def _stored_behind_our_back(**general: object) -> None:
    config = orjson.dumps({"general": general}).decode()
    await rows(_STORE, HARBOUR, config)


async def _by_slash(play: Play) -> str:
    ids = {"log_channel_id": f"<#{GERAL}>", "staff_role_ids": f"<@&{PRACA_ROLE}>"}
    said = [
        await play.slash("config set", as_=OWNER, module="general", key=key, value=value) for key, value in ids.items()
    ]
    return " ".join(one.content for one in said)


async def _by_document(play: Play) -> str:
    form = await play.slash("config plan", as_=OWNER)
    return (await play.submit(form, {"document": documents.text(DOCUMENT)}, as_=OWNER)).content


async def _by_mapping(play: Play) -> str:
    form = await play.slash("config plan", as_=OWNER)
    text = documents.text(DOCUMENT | {"server": "77"})
    return (await play.submit(form, {"document": text, "mapping": f"{GERAL} = {GERAL}"}, as_=OWNER)).content


async def _by_mark(play: Play) -> str:
    form = await play.slash("config apply", as_=OWNER)
    text = documents.text(DOCUMENT)
    return (await play.submit(form, {"document": text, "mark": "0" * 32}, as_=OWNER)).content


@pytest.mark.parametrize("door", [_by_slash, _by_document, _by_mapping, _by_mark])
async def test_no_command_stores_what_belongs_to_another_server(
    play: Play, door: Callable[[Play], Awaitable[str]]
) -> None:
    assert "in this server" in await door(play)
    assert await _nothing_stored()


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_the_api_names_what_belongs_to_another_server(whole: Whole, method: str) -> None:
    key = await by_key("keeper", HARBOUR, frozenset(areas.scopes()), OWNER)
    async with AsyncClient(transport=ASGITransport(whole.app), base_url=HOME, headers=key.headers) as http:
        values = {"general": {"log_channel_id": str(GERAL), "staff_role_ids": [str(PRACA_ROLE)]}}
        answer = await http.request(
            method, f"{API}/config", json={"settings": values}, headers={"If-Match": '"v0"', "Idempotency-Key": "1"}
        )
        named = {one["field"] for one in answer.json()["errors"]}
        assert (answer.status_code, named) == (
            422,
            {"settings.general.log_channel_id", "settings.general.staff_role_ids"},
        )
        planned = await http.post(f"{API}/config/plans", json={"document": DOCUMENT})
        assert planned.status_code == 422
        assert "View Channel" in planned.json()["detail"]
        applied = await http.post(
            f"{API}/config/applications",
            json={"document": DOCUMENT, "digest": "0"},
            headers={"Idempotency-Key": "2"},
        )
        assert applied.status_code == 422
    assert await _nothing_stored()


async def test_no_form_stores_what_belongs_to_another_server(manager: Browser) -> None:
    for then in ("save", "draft"):
        sent = {"log_channel_id": str(GERAL), "staff_role_ids": [str(PRACA_ROLE)], "version": "0", "then": then}
        answer = await manager.post(f"{PLACE}/general", data=sent)
        assert answer.status_code == 422
        assert "no role with the ID" in answer.text
    planned = await manager.post(f"{PLACE}/document", data={"document": orjson.dumps(DOCUMENT).decode()})
    assert planned.status_code == 422
    assert await _nothing_stored()


async def test_setup_takes_no_channel_of_another_server(play: Play) -> None:
    with pytest.raises(BadSetting):
        await setup.choose(HARBOUR, OWNER, Step.LOG, {"general.log_channel_id": str(GERAL)})
    assert play.world.channels[GERAL]
    assert await _nothing_stored()


async def test_a_draft_made_while_a_role_was_here_is_not_applied_once_it_is_gone(play: Play) -> None:
    await drafts.keep(HARBOUR, OWNER, 0, {"general.staff_role_ids": [str(SAILOR)]})
    del play.world.guild(HARBOUR).roles[SAILOR]
    own_ids.forget()
    with pytest.raises(BadSetting):
        await drafts.apply(HARBOUR, OWNER)


async def test_a_change_that_would_bring_a_deleted_role_back_is_not_taken_back(play: Play) -> None:
    await settings.save(HARBOUR, OWNER, {"general.staff_role_ids": [str(SAILOR)]}, source=Source.API)
    await settings.save(HARBOUR, OWNER, {"general.staff_role_ids": []}, source=Source.API)
    del play.world.guild(HARBOUR).roles[SAILOR]
    own_ids.forget()
    answer = await play.slash("config revert", as_=OWNER, change=2)
    assert f"no role with the ID `{SAILOR}`" in answer.content


async def test_what_is_stored_already_does_not_stand_in_the_way_of_other_changes(play: Play) -> None:
    await _stored_behind_our_back(staff_role_ids=[str(PRACA_ROLE)])
    both = [str(PRACA_ROLE), str(SAILOR)]
    made = await settings.save(HARBOUR, OWNER, {"general.staff_role_ids": both}, source=Source.API)
    assert made is not None
    assert SAILOR in play.world.guild(HARBOUR).roles


async def test_while_discord_says_nothing_no_new_role_or_channel_is_stored(play: Play) -> None:
    with play.faults(rate_limit=1.0), pytest.raises(Unanswered):
        await settings.save(HARBOUR, OWNER, FOREIGN, source=Source.API)
    with play.faults(rate_limit=1.0):
        own = {"general.log_channel_id": str(GENERAL)}
        with pytest.raises(Unanswered):
            await settings.save(HARBOUR, OWNER, own, source=Source.API)
        assert await settings.save(HARBOUR, OWNER, {"economy.daily": 300}, source=Source.API) is not None
    assert (await settings.of(HARBOUR, General)).log_channel_id is None


async def test_the_test_message_never_goes_to_another_server(whole: Whole, manager: Browser) -> None:
    await _stored_behind_our_back(log_channel_id=str(GERAL))
    before = [dict(channel.messages) for channel in whole.play.world.channels.values()]
    answer = await manager.post(f"{PLACE}/test-messages", data={"key": "0" * 32})
    assert answer.status_code == 409
    assert "If it belongs to this server" in words(answer)
    assert [dict(channel.messages) for channel in whole.play.world.channels.values()] == before


async def test_a_role_made_a_moment_ago_can_be_chosen(play: Play) -> None:
    roles = play.world.guild(HARBOUR).roles
    await settings.save(HARBOUR, OWNER, {"general.staff_role_ids": [str(SAILOR)]}, source=Source.API)
    made = replace(roles[SAILOR], id=play.world.new_id(), name="Fresh")
    roles[made.id] = made
    await settings.save(HARBOUR, OWNER, {"general.staff_role_ids": [str(made.id)]}, source=Source.API)
    assert (await settings.of(HARBOUR, General)).staff_role_ids == (made.id,)


async def test_nobody_who_is_not_of_this_server_gets_a_wallet_in_it(whole: Whole, manager: Browser) -> None:
    key = await by_key("keeper", HARBOUR, frozenset(areas.scopes()), OWNER)
    async with AsyncClient(transport=ASGITransport(whole.app), base_url=HOME, headers=key.headers) as http:
        asked = [
            ("PUT", f"{API}/economy/accounts/{STRANGER}/freeze", {"reason": ""}),
            ("POST", f"{API}/economy/takes", {"user_id": str(STRANGER), "coins": "all"}),
            ("POST", f"{API}/economy/grants", {"user_id": str(STRANGER), "coins": 5}),
        ]
        for number, (method, path, body) in enumerate(asked):
            answer = await http.request(method, path, json=body, headers={"Idempotency-Key": str(number)})
            assert answer.status_code in (404, 422), answer.text
    for form, sent in (("freeze-plans", {"frozen_for": ""}), ("take-plans", {"taken": "1", "taken_for": ""})):
        assert (await manager.post(f"/servers/{HARBOUR}/members/{STRANGER}/{form}", data=sent)).status_code == 404
    assert await rows("SELECT FROM user_economy WHERE user_id = $1", STRANGER) == []
    assert await rows("SELECT FROM plans") == []
