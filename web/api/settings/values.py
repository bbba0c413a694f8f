"""A server's settings: read them, and change the version that was read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from pydantic import Field

from locales import SOURCE, render
from services import settings
from services.settings import BadSetting, Conflict, Snapshot, Source, modules, own_ids
from services.settings.storage import flat, nested
from web.api.settings.change_sets import ChangeSet, change_set
from web.frame.endpoint import Answer, Call, Operation, endpoint
from web.frame.etags import if_match
from web.frame.problems import FieldError, Refused
from web.frame.types import Body, Reply

Values = dict[str, dict[str, Any]]

EXAMPLE = {"settings": {"economy": {"daily": 250}}}


class Config(Reply):
    """All settings of a server, by module and name."""

    version: int = Field(description="Increases by one with each change", examples=[7])
    settings: Values = Field(examples=[{"economy": {"daily": 200}}])


class Schemas(Reply):
    """The schema of each module's settings."""

    modules: dict[str, Any] = Field(description="JSON Schema by module")


class NewConfig(Body):
    """Settings by module and name."""

    settings: Values


class Saved(Reply):
    """The settings after a change, and the change itself."""

    config: Config
    change: ChangeSet | None = Field(description="Null if nothing differed")


@endpoint(Operation("Get settings", tag="settings", reply=Config))
async def show(call: Call) -> Answer:
    """Every setting with its value, default or not."""
    return _answer(await settings.now(call.guild_id))


@endpoint(Operation("Get the settings schema", tag="settings", reply=Schemas))
async def schema(_call: Call) -> Schemas:
    """Types, bounds, defaults and descriptions."""
    return Schemas(modules=modules.schemas())


async def _ids(call: Call, body: NewConfig) -> None:
    await own_ids.look_up(call.guild_id, flat(body.settings))


@endpoint(
    Operation(
        "Replace settings",
        tag="settings",
        body=NewConfig,
        reply=Saved,
        versioned=True,
        errors=(409,),
        example=EXAMPLE,
        asks=_ids,
        description="Settings you leave out return to their defaults. All of it is saved as one change, or nothing is.",
    )
)
async def replace(call: Call, body: NewConfig) -> Answer:
    """Save all settings at once."""
    defaults = {key: setting.default for key, setting in modules.SETTINGS.items()}
    return await _save(call, defaults | flat(body.settings))


@endpoint(
    Operation(
        "Update settings",
        tag="settings",
        body=NewConfig,
        reply=Saved,
        versioned=True,
        errors=(409,),
        example=EXAMPLE,
        asks=_ids,
        description="Settings you leave out keep their values. All of it is saved as one change, or nothing is.",
    )
)
async def change(call: Call, body: NewConfig) -> Answer:
    """Save the given settings."""
    return await _save(call, flat(body.settings))


@contextmanager
def told() -> Iterator[None]:
    """Turn refused settings into a problem that names each of them."""
    try:
        yield
    except BadSetting as error:
        faults = [(key, render(fault.text, SOURCE)) for fault in error.faults for key in fault.keys]
        named = [FieldError(location="body", field=f"settings.{key}", message=said) for key, said in faults]
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, render(error.text, SOURCE), errors=named) from error


async def _save(call: Call, values: dict[str, Any]) -> Answer:
    version = _version(if_match(call.request))
    try:
        with told():
            made = await settings.save(
                call.guild_id,
                call.caller.user_id,
                values,
                source=Source.API,
                version=version,
                request_id=call.request_id,
            )
    except Conflict as error:
        current = {clash.key: clash.now for clash in error.clashes} | {"version": error.version}
        said = render(error.text, SOURCE)
        raise Refused(HTTPStatus.PRECONDITION_FAILED, said, current=current) from error
    now = await settings.now(call.guild_id)
    return _answer(now, Saved(config=_config(now), change=change_set(made) if made else None))


def _answer(now: Snapshot, body: Reply | None = None) -> Answer:
    return Answer(body or _config(now), etag=f"v{now.version}")


def _config(now: Snapshot) -> Config:
    return Config(version=now.version, settings=nested(now.values))


def _version(etag: str) -> int:
    digits = etag.removeprefix("v")
    if not digits.isascii() or not digits.isdecimal() or len(digits) > 9:
        raise Refused(HTTPStatus.PRECONDITION_FAILED, "This ETag belongs to something else; get the settings again.")
    return int(digits)
