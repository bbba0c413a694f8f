"""What Discord refuses in a modal beyond the shapes in its OpenAPI file."""

from __future__ import annotations

from collections.abc import Iterator

from playground.client import components as tree
from playground.client.components import Kind
from playground.rest.errors import Fault, Path
from playground.rest.message_limits import custom_id_faults, required, select_faults, too_long
from playground.world.entities import Json

_TOP = {Kind.ACTION_ROW, Kind.TEXT_DISPLAY, Kind.LABEL}
_IN_LABEL = tree.INTERACTIVE - {Kind.BUTTON}


def modal_faults(modal: Json, root: Path = ("data",)) -> list[Fault]:
    """Everything that is wrong with a modal."""
    faults = list(custom_id_faults(root, modal))
    title, components = modal.get("title"), modal.get("components") or []
    if not title:
        faults.append(required((*root, "title")))
    elif len(title) > 45:
        faults.append(too_long((*root, "title"), 45))
    if not 1 <= len(components) <= 5:
        faults.append(Fault((*root, "components"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length."))
    seen: set[str] = set()
    for path, one in tree.walk(components, (*root, "components")):
        faults += _component_faults(path, one, top=len(path) == len(root) + 2)
        custom_id = one.get("custom_id")
        if custom_id and custom_id in seen:
            sentence = "Component custom id cannot be duplicated"
            faults.append(Fault((*path, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", sentence))
        seen.add(custom_id or "")
    return faults


def _component_faults(path: Path, one: Json, *, top: bool) -> Iterator[Fault]:
    kind = one.get("type")
    if top != (kind in _TOP):
        yield Fault(path, "UNION_TYPE_CHOICES", "A modal cannot hold this component here.")
    elif kind == Kind.ACTION_ROW:
        children = one.get("components") or []
        if [child.get("type") for child in children] != [Kind.TEXT_INPUT]:
            yield Fault((*path, "components"), "UNION_TYPE_CHOICES", "A row in a modal holds one Text Input.")
        elif not children[0].get("label"):
            yield required((*path, "components", 0, "label"))
    elif kind == Kind.LABEL:
        yield from _label_faults(path, one)
    elif kind in _IN_LABEL:
        yield from custom_id_faults(path, one)
        yield from _input_faults(path, one)


def _label_faults(path: Path, one: Json) -> Iterator[Fault]:
    if not one.get("label"):
        yield required((*path, "label"))
    elif len(one["label"]) > 45:
        yield too_long((*path, "label"), 45)
    if len(one.get("description") or "") > 100:
        yield too_long((*path, "description"), 100)
    inner = one.get("component") or {}
    if inner.get("type") not in _IN_LABEL:
        yield Fault((*path, "component"), "UNION_TYPE_CHOICES", "A label holds one input.")
    elif inner["type"] == Kind.TEXT_INPUT and inner.get("label"):
        yield Fault((*path, "component", "label"), "TEXT_INPUT_LABEL_FORBIDDEN", "The Label has the label already.")


def _input_faults(path: Path, one: Json) -> Iterator[Fault]:
    kind = one["type"]
    if kind in tree.SELECTS:
        yield from select_faults(path, one)
        if one.get("disabled"):
            yield Fault((*path, "disabled"), "COMPONENT_DISABLED_IN_MODAL", "Nothing in a modal can be disabled.")
        if one.get("required", True) and one.get("min_values") == 0:
            sentence = "A required select has min_values of at least 1."
            yield Fault((*path, "min_values"), "SELECT_COMPONENT_REQUIRED_MIN_VALUES", sentence)
    elif kind == Kind.TEXT_INPUT:
        low, high = one.get("min_length"), one.get("max_length")
        if low is not None and high is not None and low > high:
            yield Fault((*path, "min_length"), "TEXT_INPUT_BOUNDS", "min_length is above max_length.")
        if len(one.get("value") or "") > (high or 4000):
            yield too_long((*path, "value"), high or 4000)
