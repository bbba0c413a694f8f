"""Modal submissions: what Discord's client checks before it sends one, and the components it sends."""

from __future__ import annotations

from typing import Any

from playground.client import components as tree
from playground.client.components import Kind
from playground.client.payloads import Resolved
from playground.rest.errors import Refusal
from playground.world.entities import Json

_LISTS = tree.SELECTS | {Kind.CHECKBOX_GROUP, Kind.FILE_UPLOAD}


def filled(form: Json, fields: dict[str, Any], resolved: Resolved) -> Json:
    """The submission's `data`; raises Refusal with a sentence for each invalid field."""
    inputs = {
        component["custom_id"]: component for _, component in tree.walk(form["components"]) if "custom_id" in component
    }
    wrong = {name: "This form has no such field." for name in fields if name not in inputs}
    for custom_id, component in inputs.items():
        if sentence := _why_wrong(component, fields.get(custom_id, _untouched(component)), resolved):
            wrong[custom_id] = sentence
    if wrong:
        raise Refusal("Some fields are invalid.", wrong)
    components = [_answer(component, fields) for component in form["components"]]
    return {"custom_id": form["custom_id"], "components": components, **resolved.json()}


def _untouched(field: Json) -> Any:
    """The value of an input that nobody touched."""
    if field["type"] == Kind.TEXT_INPUT:
        return field.get("value") or ""
    if field["type"] == Kind.CHECKBOX:
        return bool(field.get("default"))
    chosen = [option["value"] for option in field.get("options") or [] if option.get("default")]
    chosen += [default["id"] for default in field.get("default_values") or []]
    return chosen if field["type"] in _LISTS else next(iter(chosen), None)


def _why_wrong(field: Json, value: Any, resolved: Resolved) -> str | None:
    kind, needed = field["type"], field.get("required", True)
    if kind == Kind.TEXT_INPUT:
        return _why_text_wrong(field, value, needed)
    if kind == Kind.CHECKBOX:
        return None if isinstance(value, bool) else "This must be on or off."
    if kind == Kind.RADIO_GROUP:
        if value is None:
            return "This field is required." if needed else None
        return None if value in _values(field) else "Choose one of the options."
    if kind == Kind.FILE_UPLOAD:
        return "The playground can't upload files." if value or needed else None
    return why_chosen_wrong(field, value, resolved, needed=needed)


def _why_text_wrong(field: Json, value: Any, needed: bool) -> str | None:
    if not isinstance(value, str):
        return "Write some text."
    if not value:
        return "This field is required." if needed else None
    low, high = field.get("min_length") or 0, field.get("max_length") or 4000
    return None if low <= len(value) <= high else f"Write {low} to {high} characters."


def why_chosen_wrong(field: Json, chosen: Any, resolved: Resolved, *, needed: bool = True) -> str | None:
    """The reason why a select menu or checkbox group can't have these values, or None."""
    if not isinstance(chosen, list):
        return "Choose from the list."
    if not chosen and not needed:
        return None
    low = max(field.get("min_values", 1), 1 if needed and field.get("required") else 0)
    high = field.get("max_values") or (len(_values(field)) or 1)
    if not low <= len(chosen) <= high:
        return f"Choose {low}." if low == high else f"Choose {low} to {high}."
    if field["type"] in tree.AUTO_SELECTS:
        known = all(str(value).isdecimal() and resolved.add(_NAMED[field["type"]], int(value)) for value in chosen)
    else:
        known = all(value in _values(field) for value in chosen)
    return None if known else "Choose from the list."


_NAMED = {
    Kind.USER_SELECT: "user",
    Kind.ROLE_SELECT: "role",
    Kind.CHANNEL_SELECT: "channel",
    Kind.MENTIONABLE_SELECT: "mentionable",
}


def _values(field: Json) -> list[str]:
    return [option["value"] for option in field.get("options") or []]


def _answer(component: Json, fields: dict[str, Any]) -> Json:
    made: Json = {"type": component["type"], "id": component["id"]}
    if component["type"] == Kind.ACTION_ROW:
        return made | {"components": [_answer(child, fields) for child in component["components"]]}
    if component["type"] == Kind.LABEL:
        return made | {"component": _answer(component["component"], fields)}
    if component["type"] == Kind.TEXT_DISPLAY:
        return made
    key = "values" if component["type"] in _LISTS else "value"
    return made | {"custom_id": component["custom_id"], key: fields.get(component["custom_id"], _untouched(component))}
