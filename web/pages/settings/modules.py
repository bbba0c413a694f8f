"""/servers/{id}/settings: each module as a form, saved at once or collected in a draft."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.responses import RedirectResponse, Response

from locales import Text, t
from services import directory, settings
from services.core.errors import Conflict, NotFound, UserError
from services.economy.settings import EconomySettings
from services.protection import log_channel
from services.settings import BadSetting, General, Source, drafts, editing, sentences, switches, time_zones, typed
from services.settings.modules import MODULES, settings_of
from services.settings.storage import nested
from web.frame.forms import FIELDS, Form, Key, read_form, single
from web.frame.page import Visit, page, to
from web.rendering import show as shown
from web.setting_fields import Typed, fields, groups, sent, stored, with_zones

_DONE: Mapping[str, Text] = {
    "saved": t("Saved."),
    "same": t("Nothing to save: no setting is different."),
    "kept": t("Added to your draft."),
    "sent": t("Test message sent to the log channel."),
}


class TestMessageForm(Form):
    """A request for a test message in the log channel."""

    key: Key


@page
async def index(visit: Visit) -> Response:
    """The first module."""
    return RedirectResponse(f"/servers/{visit.guild_id}/settings/{next(iter(MODULES))}", HTTPStatus.SEE_OTHER)


@page
async def show(visit: Visit) -> Response:
    """One module's stored settings; the switches of areas have a page of their own."""
    name = _name(visit)
    if name == switches.NAME:
        return RedirectResponse(f"/servers/{visit.guild_id}/areas", HTTPStatus.MOVED_PERMANENTLY)
    now = await settings.now(visit.guild_id)
    return await _form(visit, stored(name, now.values), done=_DONE.get(visit.query("done")))


@page
async def preview(visit: Visit) -> Response:
    """Preview typed values; nothing is stored, and the form keeps its version."""
    version = _version(said) if (said := visit.query("version")) else None
    name = _name(visit)
    return await _form(visit, await with_zones(name, sent(name, visit.request.query_params)), version=version)


@page
async def save(visit: Visit) -> Response:
    """Save the changes or add them to the draft; other people's changes meanwhile are shown first."""
    name = _name(visit)
    async with visit.request.form(max_files=0, max_fields=FIELDS) as form:
        typed_in, then, version = sent(name, form), single(form, "then"), _version(single(form, "version"))
    given = await with_zones(name, typed_in)
    try:
        changes = await editing.touched(visit.guild_id, version, typed.read(given, visit.locale))
        if then == "draft":
            await drafts.keep(visit.guild_id, visit.user_id, version, changes)
            return to(visit, f"/servers/{visit.guild_id}/settings/{name}?done=kept")
        made = await settings.save(
            visit.guild_id,
            visit.user_id,
            changes,
            source=Source.DASHBOARD,
            version=version,
            merge=True,
            request_id=visit.request_id,
        )
    except BadSetting as refused:
        errors = {key: fault.text for fault in refused.faults for key in fault.keys}
        return await _form(visit, given, errors, version=version, status_code=HTTPStatus.UNPROCESSABLE_ENTITY)
    except settings.Conflict as conflict:
        clashes = {clash.key: clash for clash in conflict.clashes}
        faces = await directory.people_of(clash.actor_id for clash in conflict.clashes)
        errors = {key: _clash(one, faces) for key, one in clashes.items()}
        # The form now has the current version, so untouched fields need current values too.
        now = await settings.now(visit.guild_id)
        given = stored(name, now.values) | {key: text for key, text in given.items() if key in changes}
        return await _form(visit, given, errors, version=conflict.version, status_code=HTTPStatus.CONFLICT)
    return to(visit, f"/servers/{visit.guild_id}/settings/{name}?done={'saved' if made else 'same'}")


@page
async def test_message(visit: Visit) -> Response:
    """Post a test message in the log channel."""
    filled = await read_form(visit, TestMessageForm)
    if filled.form is None:
        raise Conflict(t("This form is incomplete. Please reload the page."))
    name = visit.person.username if visit.person else ""
    try:
        await log_channel.try_out(visit.guild_id, name, key=filled.form.key)
    except UserError as refused:
        now = await settings.now(visit.guild_id)
        module = General.module_name
        given = stored(module, now.values)
        return await _form(visit, given, module=module, problem=refused.text, status_code=refused.status)
    return to(visit, f"/servers/{visit.guild_id}/settings/general?done=sent")


def _name(visit: Visit) -> str:
    name: str = visit.request.path_params["module"]
    if name not in MODULES:
        raise NotFound(t("No such settings page."))
    return name


def _version(said: str) -> int:
    if not (said.isascii() and said.isdecimal() and len(said) < 10):
        raise Conflict(t("This form is incomplete. Please reload the page."))
    return int(said)


async def _form(
    visit: Visit,
    given: Typed,
    errors: Mapping[str, Text] | None = None,
    *,
    version: int | None = None,
    module: str | None = None,
    done: Text | None = None,
    problem: Text | None = None,
    status_code: int = HTTPStatus.OK,
) -> Response:
    name = module or _name(visit)
    now, places = await settings.now(visit.guild_id), await directory.places(visit.guild_id)
    draft = await drafts.of(visit.guild_id, visit.user_id)
    found = fields(name, given, now.values, places, errors or {})
    return shown(
        visit,
        "settings/show.html",
        status_code=status_code,
        module=name,
        groups=groups(name, found),
        zones=await time_zones.offered(visit.locale) if any(field.control == "zone" for field in found) else (),
        version=now.version if version is None else version,
        drafted={key.partition(".")[2] for key in draft.changes if key.startswith(f"{name}.")} if draft else set(),
        drafts=len(draft.changes) if draft else 0,
        wrong=bool(errors),
        done=done,
        problem=problem,
        economy=_previewed(given, visit.locale, now.values) if name == EconomySettings.module_name else None,
        logs=name == General.module_name and now.of(General).log_channel_id,
    )


def _previewed(given: Typed, locale: str, values: Mapping[str, Any]) -> EconomySettings | None:
    """The economy settings with the typed values; None if any is invalid."""
    try:
        wanted = typed.read(given, locale)
        keys = [one.key for one in settings_of(EconomySettings.module_name)]
        made = nested({key: wanted.get(key, values[key]) for key in keys})
        return EconomySettings.model_validate(made[EconomySettings.module_name])
    except (BadSetting, ValueError):
        return None


def _clash(clash: settings.Clash, faces: Mapping[int, directory.DisplayedPerson]) -> Text:
    told = sentences.changed(clash.key, settings.ValueChange(clash.was, clash.now))
    face = faces.get(clash.actor_id)
    return t(
        "{name} changed this from {before} to {after} while you had this page open (#{number}). Save again to replace "
        "it with yours.",
        name=face.name if face else str(clash.actor_id),
        before=told.before,
        after=told.after,
        number=str(clash.number),
    )
