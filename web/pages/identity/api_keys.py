"""/servers/{id}/keys: API keys of a server; each secret is shown once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import Field, StringConstraints, field_validator
from starlette.responses import Response

from locales import Text, t
from services import directory
from services.core import areas
from services.core.errors import UserError
from services.identity import api_keys, key_creators
from web.frame import access
from web.frame.forms import EMPTY, Form, Key, SubmittedForm, once, read_form
from web.frame.page import Visit, page, to
from web.frame.types import KnownScope
from web.rendering import show as shown

_DONE: Mapping[str, Text] = {
    "revoked": t("Key revoked. Programs using it no longer work."),
    "taken-over": t("The key is yours now. Programs using it keep working."),
    "gone": t(
        "A new key is shown for ten minutes, only in the browser that created it. If you didn't copy it, create "
        "another one."
    ),
}
NEW = "new-key"  # cookie that holds a new key until it is copied
SHOWN = timedelta(minutes=10)
_LIVES: Mapping[str, Text] = {
    "30": t("30 days"),
    "90": t("90 days"),
    "365": t("1 year"),
    "": t("Never"),
}


class NewKey(Form):
    """A new key's name, scopes and lifetime."""

    key: Key
    name: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    scopes: tuple[KnownScope, ...] = Field(min_length=1)
    days: int | None = Field(None, ge=1, le=3650)

    @field_validator("days", mode="before")
    @classmethod
    def _endless(cls, said: Any) -> Any:
        return said or None


@page
async def index(visit: Visit) -> Response:
    """All keys, and a form for a new one."""
    return await _page(visit)


@page
async def create(visit: Visit) -> Response:
    """Create a key, once per form; only the browser keeps it while it is shown."""
    filled = await read_form(visit, NewKey)
    form = filled.form
    if form is None:
        return await _page(visit, filled)
    until = datetime.now(UTC) + timedelta(days=form.days) if form.days else None
    seed = f"{visit.user_id} {form.model_dump_json()}"

    async def effect(_key: str) -> str:
        key, _ = await api_keys.create(
            visit.guild_id,
            visit.user_id,
            form.name,
            frozenset(form.scopes),
            expires_at=until,
            request_id=visit.request_id,
            seed=seed,
        )
        return f"/servers/{visit.guild_id}/keys/{key.id}/secret"

    try:
        answer = await once(visit, form.key, "keys.create", effect)
    except UserError as refused:
        return await _page(visit, filled, refused)
    kept = f"{visit.user_id}/{api_keys.drawn(visit.guild_id, seed)}"
    answer.set_cookie(
        visit.site.cookie(NEW),
        kept,
        int(SHOWN.total_seconds()),
        secure=visit.site.secure,
        httponly=True,
        samesite="strict",
    )
    return answer


@page
async def secret(visit: Visit) -> Response:
    """The new key, until it is copied; reloading the page creates nothing."""
    maker, _, kept = visit.request.cookies.get(visit.site.cookie(NEW), "").partition("/")
    key = await api_keys.named(visit.guild_id, visit.path("key_id"), kept)
    if key is None or maker != str(visit.user_id):
        return to(visit, f"/servers/{visit.guild_id}/keys?done=gone")
    return shown(visit, "identity/api_key_made.html", key=key, secret=kept)


@page
async def copied(visit: Visit) -> Response:
    """Delete the new key from the browser."""
    answer = to(visit, f"/servers/{visit.guild_id}/keys")
    name, secure = visit.site.cookie(NEW), visit.site.secure
    answer.delete_cookie(name, secure=secure, httponly=True, samesite="strict")
    return answer


@page
async def sure(visit: Visit) -> Response:
    """Ask for confirmation before revoking a key."""
    wanted = visit.path("key_id")
    found = [one for one in await api_keys.of(visit.guild_id) if one.id == wanted]
    return shown(visit, "identity/api_key_confirm.html", key=found[0]) if found else await _page(visit)


@page
async def take_over(visit: Visit) -> Response:
    """Make the key act in this admin's name."""
    await key_creators.take_over(visit.guild_id, visit.user_id, visit.path("key_id"), request_id=visit.request_id)
    return to(visit, f"/servers/{visit.guild_id}/keys?done=taken-over")


@page
async def revoke(visit: Visit) -> Response:
    """Revoke the key."""
    await api_keys.revoke(visit.guild_id, visit.user_id, visit.path("key_id"), request_id=visit.request_id)
    return to(visit, f"/servers/{visit.guild_id}/keys?done=revoked")


async def _page(visit: Visit, filled: SubmittedForm[Any] = EMPTY, refused: UserError | None = None) -> Response:
    keys = await key_creators.review(visit.guild_id)
    return shown(
        visit,
        "identity/api_keys.html",
        status_code=filled.status(refused),
        keys=keys,
        me=visit.user_id,
        faces=await directory.people_of(key.created_by for key in keys),
        scopes=areas.scopes(),
        groups=[area for area in areas.declared() if area.scopes],
        lives=_LIVES,
        filled=filled,
        error=refused.text if refused else None,
        now=datetime.now(UTC),
        recent=access.recent(visit.caller.signed_in_at),
        done=_DONE.get(visit.query("done")),
    )
