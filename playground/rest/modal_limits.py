"""Discord's limits for modals that its OpenAPI file doesn't state."""

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
    """All faults of a modal."""
    faults = list(custom_id_faults(root, modal))
    title, components = modal.get("title"), modal.get("components") or []
    if not title:
        faults.append(required((*root, "title")))
    elif len(title) > 45:
        faults.append(too_long((*root, "title"), 45))
    if not 1 <= len(components) <= 5:
        faults.append(Fault((*root, "components"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length."))
    seen: set[str] = set()
    for path, component in tree.walk(components, (*root, "components")):
        faults += _component_faults(path, component, top=len(path) == len(root) + 2)
        custom_id = component.get("custom_id")
        if custom_id and custom_id in seen:
            sentence = "Component custom id cannot be duplicated"
            faults.append(Fault((*path, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", sentence))
        seen.add(custom_id or "")
    return faults


def _component_faults(path: Path, component: Json, *, top: bool) -> Iterator[Fault]:
    kind = component.get("type")
    if top != (kind in _TOP):
        yield Fault(path, "UNION_TYPE_CHOICES", "This component can't be here in a modal.")
    elif kind == Kind.ACTION_ROW:
        children = component.get("components") or []
        if [child.get("type") for child in children] != [Kind.TEXT_INPUT]:
            yield Fault((*path, "components"), "UNION_TYPE_CHOICES", "An action row in a modal has one Text Input.")
        elif not children[0].get("label"):
            yield required((*path, "components", 0, "label"))
    elif kind == Kind.LABEL:
        yield from _label_faults(path, component)
    elif kind in _IN_LABEL:
        yield from custom_id_faults(path, component)
        yield from _input_faults(path, component)


def _label_faults(path: Path, label: Json) -> Iterator[Fault]:
    if not label.get("label"):
        yield required((*path, "label"))
    elif len(label["label"]) > 45:
        yield too_long((*path, "label"), 45)
    if len(label.get("description") or "") > 100:
        yield too_long((*path, "description"), 100)
    inner = label.get("component") or {}
    if inner.get("type") not in _IN_LABEL:
        yield Fault((*path, "component"), "UNION_TYPE_CHOICES", "A label has one input.")
    elif inner["type"] == Kind.TEXT_INPUT and inner.get("label"):
        yield Fault(
            (*path, "component", "label"), "TEXT_INPUT_LABEL_FORBIDDEN", "The Label component already has the label."
        )


def _input_faults(path: Path, field: Json) -> Iterator[Fault]:
    kind = field["type"]
    if kind in tree.SELECTS:
        yield from select_faults(path, field)
        if field.get("disabled"):
            yield Fault((*path, "disabled"), "COMPONENT_DISABLED_IN_MODAL", "Components in a modal can't be disabled.")
        if field.get("required", True) and field.get("min_values") == 0:
            sentence = "A required select menu needs min_values of 1 or more."
            yield Fault((*path, "min_values"), "SELECT_COMPONENT_REQUIRED_MIN_VALUES", sentence)
    elif kind == Kind.TEXT_INPUT:
        low, high = field.get("min_length"), field.get("max_length")
        if low is not None and high is not None and low > high:
            yield Fault((*path, "min_length"), "TEXT_INPUT_BOUNDS", "min_length is greater than max_length.")
        if len(field.get("value") or "") > (high or 4000):
            yield too_long((*path, "value"), high or 4000)
