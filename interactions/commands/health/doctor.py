"""/doctor: what works in this server right now, and how to fix the rest."""

from collections.abc import Sequence
from typing import Annotated

import services.areas  # noqa: F401  (the choices are the probes of all areas)
from discord_api.permissions import Permissions
from interactions.components import component
from interactions.context import Context
from interactions.declare import Option, command
from interactions.responses import Button, Card, Choice, Reply, update, whisper
from interactions.ui import AMBER, GREEN, RED
from locales import Text, join, t
from services.core import areas
from services.core.probes import Finding, State
from services.health import doctor as capabilities

ADMIN = Permissions.MANAGE_GUILD

_SIGNS = {State.WORKS: "🟢", State.LIMITED: "🟡", State.BROKEN: "🔴"}
_WORST_FIRST = (State.BROKEN, State.LIMITED, State.WORKS)
_COLOURS = {State.BROKEN: RED, State.LIMITED: AMBER, State.WORKS: GREEN}

Probed = Annotated[str | None, Option("Check only this part", choices=[Choice(name, name) for name in areas.probes()])]


@command(
    "doctor", "Check what works in this server and how to fix the rest", requires=ADMIN, ephemeral=True, defer=True
)
async def doctor(ctx: Context, module: Probed = None) -> Reply:
    return whisper(report(await capabilities.examine(ctx.guild_id, module or "")), _again())


@component("/doctor/again", requires=ADMIN)
async def again(ctx: Context) -> Reply:
    return update(report(await capabilities.examine(ctx.guild_id)), _again())


def report(found: Sequence[Finding]) -> Card:
    """All findings, worst first."""
    ordered = sorted(found, key=lambda one: _WORST_FIRST.index(one.state))
    worst = ordered[0].state if ordered else State.WORKS
    title = {
        State.WORKS: t("Everything works"),
        State.LIMITED: t("Working, with limits"),
        State.BROKEN: t("Something needs your attention"),
    }[worst]
    return Card(title, [join([_line(one) for one in ordered])], accent=_COLOURS[worst])


def _line(one: Finding) -> Text:
    if one.fix is None:
        return t("{sign} {text}", sign=_SIGNS[one.state], text=one.text)
    return t("{sign} {text}\n-# → {fix}", sign=_SIGNS[one.state], text=one.text, fix=one.fix)


def _again() -> list[Button]:
    return [Button(t("Check again"), again)]
