"""The page's own API. Every request acts as one person, and sees only what that person may see."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from playground.client import interactions
from playground.client.delivery import deliver
from playground.page.news import message_view, tell_world
from playground.page.views import commands_view, headings_view, world_view
from playground.rest.errors import DiscordError, Refusal
from playground.world import by_hand
from playground.world.actors import Actor
from playground.world.chat import edit, say
from playground.world.entities import Channel, Json
from playground.world.state import Interaction, State

_MOST_MESSAGES = 50
_FARTHEST_MOVE = 366 * 86_400  # seconds

Page = Callable[[State, Request], Awaitable[Any]]


def ui_routes(state: State) -> list[Route]:
    """Every endpoint of the page."""
    return [
        _route(state, "GET", "/ui/world", _world),
        _route(state, "GET", "/ui/channels/{channel_id:int}/messages", _messages),
        _route(state, "POST", "/ui/channels/{channel_id:int}/messages", _say),
        _route(state, "PATCH", "/ui/channels/{channel_id:int}/messages/{message_id:int}", _edit),
        _route(state, "GET", "/ui/commands", _commands),
        _route(state, "POST", "/ui/interactions", _interact),
        _route(state, "POST", "/ui/autocomplete", _autocomplete),
        _route(state, "POST", "/ui/guilds/{guild_id:int}/join", _join),
        _route(state, "POST", "/ui/guilds/{guild_id:int}/moderation", _moderate),
        _route(state, "PUT", "/ui/accepts-dms", _set_accepts_dms),
        _route(state, "GET", "/ui/events", _events),
        _route(state, "GET", "/ui/exchanges", _exchanges),
        _route(state, "GET", "/ui/calls", _calls),
        _route(state, "GET", "/ui/faults", _faults),
        _route(state, "PUT", "/ui/faults", _set_faults),
        _route(state, "POST", "/ui/clock", _move_clock),
    ]


def _route(state: State, method: str, path: str, page: Page) -> Route:
    async def endpoint(request: Request) -> Response:
        try:
            refuse_other_sites(request)
            answer = await page(state, request)
        except Refusal as refusal:
            body: Json = {"error": refusal.sentence}
            return JSONResponse(body | ({"fields": refusal.fields} if refusal.fields else {}), refusal.status)
        except DiscordError as error:
            return JSONResponse({"error": error.message}, error.status)
        return answer if isinstance(answer, Response) else JSONResponse(answer)

    return Route(path, endpoint, methods=[method])


def refuse_other_sites(request: Request) -> None:
    """Refuse requests from other sites that are open in the same browser."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise Refusal("Only the playground's own page may do this.", status=403)


async def _world(state: State, request: Request) -> Json:
    """A new page that doesn't name a person starts as the first one."""
    first = next(user.id for user in state.world.users.values() if not user.bot)
    return world_view(state, _person(state, request.query_params.get("as", str(first))))


async def _messages(state: State, request: Request) -> Json:
    user_id = _person(state, request.query_params.get("as"))
    channel = interactions.visible_channel(state, user_id, request.path_params["channel_id"])
    before = _whole(request.query_params.get("before") or str(1 << 63), "before")
    seen = [
        message
        for message in sorted(channel.messages.values(), key=lambda message: message.id)
        if message.id < before and state.sees_message(user_id, message)
    ]
    return {"messages": [message_view(state, message) for message in seen[-_MOST_MESSAGES:]]}


async def _say(state: State, request: Request) -> Json:
    body = await _body(request)
    user_id = _person(state, body.get("as"))
    channel = interactions.visible_channel(state, user_id, request.path_params["channel_id"])
    return message_view(state, say(state, user_id, channel, body.get("content")))


async def _edit(state: State, request: Request) -> Json:
    body = await _body(request)
    user_id = _person(state, body.get("as"))
    channel = interactions.visible_channel(state, user_id, request.path_params["channel_id"])
    return message_view(state, edit(state, user_id, channel, request.path_params["message_id"], body.get("content")))


async def _commands(state: State, request: Request) -> Json:
    user_id = _person(state, request.query_params.get("as"))
    channel = interactions.visible_channel(state, user_id, _whole(request.query_params.get("channel_id"), "channel_id"))
    return {"commands": commands_view(state, user_id, channel), "headings": headings_view(state, user_id)}


async def _interact(state: State, request: Request) -> Json:
    """Start an interaction; its result arrives as events."""
    body = await _body(request)
    interaction = _started(state, body)
    state.start(deliver(state, interaction), f"interaction {interaction.id}")
    return {"exchange_id": interaction.exchange.id, "interaction_id": str(interaction.id)}


def _started(state: State, body: Json) -> Interaction:
    user_id, channel = _who_and_where(state, body)
    match body.get("kind"):
        case "command" if body.get("target_id"):
            command_id, target_id = _whole(body.get("command_id"), "command_id"), _whole(body["target_id"], "target_id")
            return interactions.menu(state, user_id, channel, command_id, target_id)
        case "command":
            command_id = _whole(body.get("command_id"), "command_id")
            return interactions.command(state, user_id, channel, command_id, _options(body))
        case "component":
            message_id, custom_id = _whole(body.get("message_id"), "message_id"), str(body.get("custom_id"))
            return interactions.component(state, user_id, channel, message_id, custom_id, body.get("values"))
        case "modal":
            fields = body.get("fields")
            if not isinstance(fields, dict):
                raise Refusal("The form's fields are missing.")
            return interactions.submit(state, user_id, channel, str(body.get("modal_id")), fields)
    raise Refusal("The kind must be command, component or modal.")


async def _autocomplete(state: State, request: Request) -> Json:
    body = await _body(request)
    user_id, channel = _who_and_where(state, body)
    command_id = _whole(body.get("command_id"), "command_id")
    interaction = interactions.autocomplete(state, user_id, channel, command_id, _options(body))
    await deliver(state, interaction)
    if interaction.failure:
        raise Refusal("Loading options failed.", status=502)
    return {"choices": interaction.choices}


async def _join(state: State, request: Request) -> Json:
    body = await _body(request)
    by_hand.join(state, state.world.guild(request.path_params["guild_id"]), _person(state, body.get("as")))
    return {}


async def _moderate(state: State, request: Request) -> Json:
    """Ban, kick and so on with Discord's own menus."""
    body = await _body(request)
    guild = state.world.guild(request.path_params["guild_id"])
    actor = Actor(state, guild, _person(state, body.get("as")), str(body.get("reason") or "") or None)
    by_hand.moderate(actor, str(body.get("kind")), _whole(body.get("user_id"), "user_id"), body)
    return {}


async def _set_accepts_dms(state: State, request: Request) -> Json:
    body = await _body(request)
    state.world.users[_person(state, body.get("as"))].takes_dms = bool(body.get("accepts"))
    tell_world(state)
    return {}


async def _events(state: State, request: Request) -> Response:
    user_id = _person(state, request.query_params.get("as"))
    stream: AsyncIterator[str] = state.feed.stream(user_id)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)


async def _exchanges(state: State, request: Request) -> Json:
    user_id = _person(state, request.query_params.get("as"))
    return {"exchanges": [exchange.json() for exchange in state.journal.of(user_id)]}


async def _calls(state: State, _request: Request) -> Json:
    """The bot's latest REST calls, newest first."""
    return {"calls": [call.json() for call in reversed(state.journal.calls)]}


async def _faults(state: State, _request: Request) -> Json:
    return state.faults.json()


async def _set_faults(state: State, request: Request) -> Json:
    state.faults = state.faults.changed(await _body(request))
    state.feed.tell({"type": "faults", "faults": state.faults.json()})
    return state.faults.json()


async def _move_clock(state: State, request: Request) -> Json:
    seconds = (await _body(request)).get("seconds")
    if type(seconds) is not int or not 0 < seconds <= _FARTHEST_MOVE:
        raise Refusal("Time only moves forward, by whole seconds and at most a year at once.")
    await state.world.clock.move(timedelta(seconds=seconds))
    tell_world(state)
    return {"now": state.world.now().isoformat()}


async def _body(request: Request) -> Json:
    try:
        body = json.loads(await request.body())
    except ValueError:
        raise Refusal("The body isn't JSON.", status=400) from None
    if not isinstance(body, dict):
        raise Refusal("The body isn't a JSON object.", status=400)
    return body


def _who_and_where(state: State, body: Json) -> tuple[int, Channel]:
    user_id = _person(state, body.get("as"))
    return user_id, interactions.visible_channel(state, user_id, _whole(body.get("channel_id"), "channel_id"))


def _options(body: Json) -> list[Json]:
    options = body.get("options") or []
    if not isinstance(options, list) or not all(isinstance(option, dict) for option in options):
        raise Refusal("The options must be a list of objects.")
    return options


def _person(state: State, text: Any) -> int:
    user_id = _whole(text, "as")
    user = state.world.users.get(user_id)
    if user is None or user.bot:
        raise Refusal("No one has this ID.", status=404)
    return user_id


def _whole(text: Any, name: str) -> int:
    if not str(text).isdecimal():
        raise Refusal(f"“{name}” must be an ID.")
    return int(text)
