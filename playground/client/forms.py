"""A modal filled in: what Discord's client checks before it is sent, and the components it sends."""

from __future__ import annotations

from typing import Any

from playground.client import components as tree
from playground.client.components import Kind
from playground.client.payloads import Resolved
from playground.rest.errors import Refusal
from playground.world.entities import Json

_LISTS = tree.SELECTS | {Kind.CHECKBOX_GROUP, Kind.FILE_UPLOAD}


def filled(form: Json, fields: dict[str, Any], resolved: Resolved) -> Json:
    """`data` of the submission; raises Refusal with a sentence for each field that is not right."""
    inputs = {one["custom_id"]: one for _, one in tree.walk(form["components"]) if "custom_id" in one}
    wrong = {name: "This form has no such field." for name in fields if name not in inputs}
    for custom_id, one in inputs.items():
        if sentence := _why_wrong(one, fields.get(custom_id, _untouched(one)), resolved):
            wrong[custom_id] = sentence
    if wrong:
        raise Refusal("Some fields need another value.", wrong)
    components = [_answer(one, fields) for one in form["components"]]
    return {"custom_id": form["custom_id"], "components": components, **resolved.json()}


def _untouched(one: Json) -> Any:
    """What an input holds if the person leaves it as it is."""
    if one["type"] == Kind.TEXT_INPUT:
        return one.get("value") or ""
    if one["type"] == Kind.CHECKBOX:
        return bool(one.get("default"))
    chosen = [option["value"] for option in one.get("options") or [] if option.get("default")]
    chosen += [default["id"] for default in one.get("default_values") or []]
    return chosen if one["type"] in _LISTS else next(iter(chosen), None)


def _why_wrong(one: Json, value: Any, resolved: Resolved) -> str | None:
    kind, needed = one["type"], one.get("required", True)
    if kind == Kind.TEXT_INPUT:
        return _why_text_wrong(one, value, needed)
    if kind == Kind.CHECKBOX:
        return None if isinstance(value, bool) else "This is on or off."
    if kind == Kind.RADIO_GROUP:
        if value is None:
            return "This field is required." if needed else None
        return None if value in _values(one) else "Choose one of the options."
    if kind == Kind.FILE_UPLOAD:
        return "The playground cannot upload files." if value or needed else None
    return why_chosen_wrong(one, value, resolved, needed=needed)


def _why_text_wrong(one: Json, value: Any, needed: bool) -> str | None:
    if not isinstance(value, str):
        return "Write some text."
    if not value:
        return "This field is required." if needed else None
    low, high = one.get("min_length") or 0, one.get("max_length") or 4000
    return None if low <= len(value) <= high else f"Write {low} to {high} characters."


def why_chosen_wrong(one: Json, chosen: Any, resolved: Resolved, *, needed: bool = True) -> str | None:
    """A sentence if a select (or group of checkboxes) cannot have these values."""
    if not isinstance(chosen, list):
        return "Choose from the list."
    if not chosen and not needed:
        return None
    low = max(one.get("min_values", 1), 1 if needed and one.get("required") else 0)
    high = one.get("max_values") or (len(_values(one)) or 1)
    if not low <= len(chosen) <= high:
        return f"Choose {low}." if low == high else f"Choose {low} to {high}."
    if one["type"] in tree.AUTO_SELECTS:
        known = all(str(value).isdecimal() and resolved.add(_NAMED[one["type"]], int(value)) for value in chosen)
    else:
        known = all(value in _values(one) for value in chosen)
    return None if known else "Choose from the list."


_NAMED = {
    Kind.USER_SELECT: "user",
    Kind.ROLE_SELECT: "role",
    Kind.CHANNEL_SELECT: "channel",
    Kind.MENTIONABLE_SELECT: "mentionable",
}


def _values(one: Json) -> list[str]:
    return [option["value"] for option in one.get("options") or []]


def _answer(one: Json, fields: dict[str, Any]) -> Json:
    made: Json = {"type": one["type"], "id": one["id"]}
    if one["type"] == Kind.ACTION_ROW:
        return made | {"components": [_answer(child, fields) for child in one["components"]]}
    if one["type"] == Kind.LABEL:
        return made | {"component": _answer(one["component"], fields)}
    if one["type"] == Kind.TEXT_DISPLAY:
        return made
    key = "values" if one["type"] in _LISTS else "value"
    return made | {"custom_id": one["custom_id"], key: fields.get(one["custom_id"], _untouched(one))}
