"""The consent page and OAuth2 tokens, as strict as Discord's so that mistakes show here first."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from discord_api.permissions import Permissions
from playground.rest.spec import Spec
from playground.world.cast import ALICE, HARBOUR, MANAGER, MODERATOR, OWNER, PRACA, STRANGER
from playground.world.identity import Identity
from playground.world.oauth_grants import CODE_LIFE, TOKEN_LIFE
from tests.playground.consenting import BACK, CHALLENGE, Person
from tests.playground.fake_bot import FakeBot


@pytest.fixture
async def person(bot: FakeBot) -> AsyncIterator[Person]:
    person = Person(bot)
    yield person
    await person.http.aclose()


async def test_the_page_names_who_asks_for_what_and_offers_every_person(person: Person) -> None:
    page = await person.http.get("/oauth2/authorize", params=person.query())
    assert page.status_code == 200
    for text in ("Tatiana", "wants to access your account", "Alice Moreau", "Wren Aldous", "bot.test", "Authorize"):
        assert text in page.text
    assert "form-action 'self' http://bot.test;" in page.headers["content-security-policy"]
    assert "<script" not in page.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "1"},
        {"client_id": None},
        {"redirect_uri": "http://evil.test/login/callback"},
        {"redirect_uri": BACK + "/more"},
        {"redirect_uri": None},
        {"response_type": "token"},
        {"scope": "identify e-mail"},
        {"scope": ""},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": None},
    ],
)
async def test_a_wrong_link_is_explained_and_does_not_redirect(person: Person, wrong: dict[str, str | None]) -> None:
    for method in ("GET", "POST"):
        form = {"user_id": str(ALICE), "decision": "authorize"} if method == "POST" else None
        answer = await person.http.request(method, "/oauth2/authorize", params=person.query(**wrong), data=form)
        assert answer.status_code == 400
        assert "location" not in answer.headers
        assert "doesn't work" in answer.text


async def test_cancelling_redirects_with_an_error_and_the_state(person: Person) -> None:
    back = await person.decide(ALICE, "cancel")
    assert (back["error"], back["state"], "code" in back) == ("access_denied", "of the day", False)


async def test_another_site_cannot_press_the_button(person: Person) -> None:
    form = {"user_id": str(ALICE), "decision": "authorize"}
    headers = {"Origin": "http://evil.test"}
    answer = await person.http.post("/oauth2/authorize", params=person.query(), data=form, headers=headers)
    assert answer.status_code == 403


async def test_only_existing_people_can_be_chosen(person: Person) -> None:
    for user_id in (person.bot.identity.application_id, 1, -1):
        form = {"user_id": str(user_id), "decision": "authorize"}
        answer = await person.http.post("/oauth2/authorize", params=person.query(), data=form)
        assert answer.status_code == 400


async def test_a_code_becomes_tokens_that_say_who_it_is(person: Person) -> None:
    tokens = await person.tokens()
    assert (tokens["token_type"], tokens["expires_in"], tokens["scope"]) == ("Bearer", TOKEN_LIFE, "guilds identify")
    me = (await person.get("/users/@me", tokens["access_token"])).json()
    assert (me["id"], me["username"], me.get("email")) == (str(ALICE), "alice.moreau", None)


async def test_a_code_is_valid_once_and_a_second_use_revokes_its_tokens(person: Person) -> None:
    code = (await person.decide())["code"]
    first = await person.exchange(code)
    again = await person.exchange(code)
    assert (first.status_code, again.status_code, again.json()["error"]) == (200, 400, "invalid_grant")
    assert (await person.get("/users/@me", first.json()["access_token"])).status_code == 401


async def test_a_code_is_valid_for_ten_minutes(person: Person) -> None:
    now = [1_000_000.0]
    person.oauth.clock = lambda: now[0]
    first, second = (await person.decide())["code"], (await person.decide())["code"]
    now[0] += CODE_LIFE - 1
    assert (await person.exchange(first)).status_code == 200
    now[0] += 1
    assert (await person.exchange(second)).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"code_verifier": "w" * 43}, "invalid_grant"),
        ({"code_verifier": None}, "invalid_grant"),
        ({"code_verifier": ""}, "invalid_grant"),
        ({"code_verifier": CHALLENGE}, "invalid_grant"),
        ({"redirect_uri": "http://evil.test/"}, "invalid_grant"),
        ({"redirect_uri": None}, "invalid_grant"),
        ({"secret": "guessed"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
async def test_a_code_alone_gives_no_access(person: Person, wrong: dict[str, str | None], error: str) -> None:
    answer = await person.exchange((await person.decide())["code"], **wrong)
    assert answer.json()["error"] == error
    assert "access_token" not in answer.text


async def test_a_code_without_a_challenge_takes_no_verifier_and_one_with_it_needs_it(person: Person) -> None:
    plain = (await person.decide(code_challenge=None, code_challenge_method=None))["code"]
    assert (await person.exchange(plain)).json()["error"] == "invalid_grant"
    plain = (await person.decide(code_challenge=None, code_challenge_method=None))["code"]
    assert (await person.exchange(plain, code_verifier=None)).status_code == 200


async def test_tokens_are_asked_for_with_forms_only(person: Person) -> None:
    code = (await person.decide())["code"]
    client = str(person.bot.identity.application_id), person.bot.identity.client_secret
    answer = await person.http.post(
        "/api/v10/oauth2/token", json={"grant_type": "authorization_code", "code": code}, auth=client
    )
    assert answer.json()["error"] == "invalid_request"


async def test_a_refresh_token_gives_new_tokens_once(person: Person) -> None:
    tokens = await person.tokens()
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    renewed = await person.token(form)
    again = await person.token(form)
    assert (renewed.status_code, again.status_code) == (200, 400)
    assert renewed.json()["refresh_token"] != tokens["refresh_token"]
    assert (await person.get("/users/@me", renewed.json()["access_token"])).json()["id"] == str(ALICE)


async def test_a_revoked_token_gives_no_access(person: Person) -> None:
    mine, theirs = await person.tokens(ALICE), await person.tokens(OWNER)
    assert (await person.token({"token": mine["refresh_token"]}, path="/revoke")).status_code == 200
    assert (await person.get("/users/@me", mine["access_token"])).status_code == 401
    assert (await person.get("/users/@me", theirs["access_token"])).status_code == 200


async def test_everyone_sees_their_own_servers_with_their_permissions(person: Person) -> None:
    async def seen(user_id: int) -> dict[int, tuple[bool, bool]]:
        token = (await person.tokens(user_id))["access_token"]
        guilds = (await person.get("/users/@me/guilds", token)).json()
        may = {int(guild["id"]): Permissions(int(guild["permissions"])) for guild in guilds}
        owns = {int(guild["id"]): guild["owner"] for guild in guilds}
        return {guild_id: (owns[guild_id], may[guild_id].allows(Permissions.MANAGE_GUILD)) for guild_id in may}

    assert await seen(OWNER) == {HARBOUR: (True, True)}
    assert await seen(MANAGER) == {HARBOUR: (False, True)}
    assert await seen(MODERATOR) == {HARBOUR: (False, False), PRACA: (True, True)}
    assert await seen(ALICE) == {HARBOUR: (False, False), PRACA: (False, False)}
    assert await seen(STRANGER) == {}


async def test_a_token_allows_its_scopes_and_none_of_the_bots_own_routes(person: Person) -> None:
    token = (await person.tokens(OWNER, scope="identify"))["access_token"]
    assert (await person.get("/users/@me/guilds", token)).status_code == 403
    for path in (f"/guilds/{HARBOUR}", "/applications/@me", f"/users/{ALICE}"):
        assert (await person.get(path, token)).status_code == 401
    assert (await person.get("/users/@me", "guessed")).status_code == 401
    assert (await person.get("/users/@me", person.bot.identity.token)).status_code == 401


async def test_answers_to_bearers_have_discords_shape(person: Person, spec: Path) -> None:
    described, token = Spec(spec), (await person.tokens(OWNER))["access_token"]
    for path in ("/users/@me", "/users/@me/guilds", "/oauth2/@me"):
        answer = await person.get(path, token)
        assert answer.status_code == 200
        assert described.response_faults("GET", path, 200, answer.json()) == []
    assert (await person.get("/oauth2/@me", token)).json()["user"]["id"] == str(OWNER)


async def test_only_a_server_manager_can_add_the_bot(person: Person) -> None:
    world = person.bot.play.world
    invitation = {
        "client_id": str(person.bot.identity.application_id),
        "scope": "bot applications.commands",
        "guild_id": str(HARBOUR),
    }
    page = await person.http.get("/oauth2/authorize", params=invitation)
    assert "has already been added" in page.text
    world.leave(world.guilds[HARBOUR], world.bot.id)
    page = await person.http.get("/oauth2/authorize", params=invitation)
    assert ("Nora Lindqvist" in page.text, "Samir Haddad" in page.text, "Alice Moreau" in page.text) == (
        True,
        True,
        False,
    )

    async def choose(user_id: int, decision: str) -> int:
        form = {"pair": f"{user_id}.{HARBOUR}", "decision": decision}
        return (await person.http.post("/oauth2/authorize", params=invitation, data=form)).status_code

    assert [await choose(ALICE, "authorize"), await choose(STRANGER, "authorize")] == [403, 403]
    assert await choose(MANAGER, "cancel") == 200
    assert world.bot.id not in world.guilds[HARBOUR].members
    assert await choose(MANAGER, "authorize") == 200
    assert world.bot.id in world.guilds[HARBOUR].members
    assert await choose(OWNER, "authorize") == 403, "she is there by now"


def test_an_old_identity_without_a_client_secret_gets_one_and_keeps_the_rest(tmp_path: Path) -> None:
    file = tmp_path / "identity.json"
    first = Identity.load(file)
    kept = json.loads(file.read_text())
    del kept["client_secret"]
    file.write_text(json.dumps(kept))
    loaded = Identity.load(file)
    assert (loaded.application_id, loaded.token, loaded.signing_key) == (
        first.application_id,
        first.token,
        first.signing_key,
    )
    assert loaded.client_secret != first.client_secret
    assert Identity.load(file) == loaded
    assert loaded.client_secret not in repr(loaded)
