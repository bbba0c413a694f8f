"""Examples of sessions, tokens and keys."""

from __future__ import annotations

import base64
import hashlib
from urllib.parse import urlencode

from playground.world.cast import ALICE, HARBOUR, MANAGER
from services.core.transactions import rows
from services.directory.scopes import GUILDS_READ
from services.economy.scopes import ECONOMY_READ
from services.identity import api_keys, refresh_tokens, sessions
from tests.support.browser import browser, query_of
from tests.support.examples import Examples, Whose
from tests.support.whole import HOME, Whole

VERIFIER = "v" * 43


async def _key(whose: Whose) -> int:
    for one in await api_keys.of(whose.guild_id):
        if one.name == "to be revoked":
            return one.id
    made, _ = await api_keys.create(whose.guild_id, whose.user_id, "to be revoked", {GUILDS_READ})
    return made.id


async def _key_of_another(whose: Whose) -> None:
    await rows("UPDATE api_keys SET created_by = $2 WHERE id = $1", await _key(whose), ALICE)


async def _session(whose: Whose) -> int:
    await sessions.start(whose.user_id)
    (newest,) = await rows("SELECT max(id) AS id FROM sessions")
    return int(newest["id"])


async def _refresh_token(whose: Whose) -> str:
    return (await refresh_tokens.begin(whose.user_id)).refresh_token


async def _code(whose: Whose) -> str:
    """A code from Discord for VERIFIER."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
    async with browser(whose.whole) as window:
        start = await window.leave()
        asked = query_of(start) | {"code_challenge": challenge}
        return query_of(await window.allow(f"{start.partition('?')[0]}?{urlencode(asked)}", MANAGER))["code"]


async def _verifier(_whose: Whose) -> str:
    return VERIFIER


async def _redirect_uri(_whose: Whose) -> str:
    return f"{HOME}/login/callback"


async def _fill(_whole: Whole) -> None:
    await api_keys.create(HARBOUR, MANAGER, "Our website", frozenset({ECONOMY_READ}))


EXAMPLES = Examples(
    in_paths={"key_id": _key, "session_id": _session},
    in_bodies={
        "refresh_token": _refresh_token,
        "code": _code,
        "code_verifier": _verifier,
        "redirect_uri": _redirect_uri,
    },
    before={"keys.take_over": _key_of_another},
    audited={
        "auth.login": ["login.succeeded", "token.created"],
        "auth.logout": ["token.revoked"],
        "sessions.end": ["session.ended"],
        "sessions.end_all": ["session.all_ended", "token.revoked"],
        "keys.create": ["api_key.created"],
        "keys.revoke": ["api_key.revoked"],
        "keys.take_over": ["api_key.taken_over"],
    },
    pages=["/keys", "/keys/1/removal"],
    text_pages=["/keys"],
    fill=_fill,
)
