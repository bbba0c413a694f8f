"""/servers/{id}/areas: every area with its pages and switch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from starlette.responses import Response

from locales import Text, t
from services.core import areas
from services.core.errors import Conflict
from services.settings import Source, switches
from web import navigation
from web.frame.forms import Form, read_form
from web.frame.page import Visit, page, to
from web.rendering import show as shown

_DONE: Mapping[str, Text] = {"on": t("{area} is now on."), "off": t("{area} is now off. Nothing was deleted.")}


class Wanted(Form):
    """The requested state of a switch."""

    switch: Literal["on", "off"]


@page
async def index(visit: Visit) -> Response:
    """A card per area; one whose required area is off says so."""
    done, area = _DONE.get(visit.query("done")), areas.area(visit.query("area"))
    return shown(
        visit,
        "settings/areas.html",
        cards=navigation.cards(visit),
        states={state.area.name: state for state in await switches.states(visit.guild_id)},
        done=t(done.source, area=area.title) if done and area else None,
    )


@page
async def switch(visit: Visit) -> Response:
    """Turn an area on or off; a repeat changes nothing."""
    name: str = visit.request.path_params["area"]
    form = (await read_form(visit, Wanted)).form
    if form is None:
        raise Conflict(t("This form is incomplete. Please reload the page."))
    await switches.turn(visit.guild_id, visit.actor, name, form.switch == "on", source=Source.DASHBOARD)
    return to(visit, f"/servers/{visit.guild_id}/areas?done={form.switch}&area={name}#{name}")
