"""Discord's limits for messages that its OpenAPI file doesn't state, or that apply without the file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from playground.client import components as tree
from playground.client.components import LINK, PREMIUM, Kind
from playground.rest.errors import DiscordError, Fault, Path
from playground.world.entities import COMPONENTS_V2, Json

MOST_TEXT = 2000
MOST_EMBED_TEXT = 6000
MOST_COMPONENTS = 40
MOST_DISPLAYED_TEXT = 4000

_EMBED_TEXTS = {"title": 256, "description": 4096, "footer.text": 2048, "author.name": 256}
_ONLY_V2 = {Kind.SECTION, Kind.TEXT_DISPLAY, Kind.MEDIA_GALLERY, Kind.FILE, Kind.SEPARATOR, Kind.CONTAINER}
_INSIDE_CONTAINER = (_ONLY_V2 - {Kind.CONTAINER}) | {Kind.ACTION_ROW}


def message_faults(
    body: Json, *, v2: bool, filenames: Collection[str] = (), editing: bool = False, strict: bool = True
) -> list[Fault]:
    """All faults of a message body; `v2` if it is, or becomes, a Components V2 message."""
    components = body.get("components") or []
    embeds = body.get("embeds") or []
    faults = [*_text_faults(body), *_embed_faults(embeds), *_mention_faults(body, strict), *_id_faults(components)]
    if v2:
        faults += _v2_faults(body, components)
    else:
        faults += _v1_faults(components)
    for path, component in tree.walk(components):
        faults += _component_faults(path, component)
    if not editing:
        faults += _file_faults(body, filenames)
    return faults


def refuse_empty(body: Json, has_files: bool) -> None:
    """Refuse a message without text, embed, component, file or poll."""
    contents = (body.get(key) for key in ("content", "embeds", "components", "poll", "sticker_ids"))
    if not has_files and not any(contents):
        raise DiscordError(400, 50006, "Cannot send an empty message")


def is_v2(body: Json) -> bool:
    return bool((body.get("flags") or 0) & COMPONENTS_V2)


def _text_faults(body: Json) -> Iterator[Fault]:
    if len(body.get("content") or "") > MOST_TEXT:
        yield too_long(("content",), MOST_TEXT)


def _mention_faults(body: Json, strict: bool) -> Iterator[Fault]:
    allowed = body.get("allowed_mentions")
    if allowed is None:
        if strict and (body.get("content") or tree.texts(body.get("components") or [])):
            sentence = "A message with text must say whom it may ping (a rule of the playground)."
            yield Fault(("allowed_mentions",), "PLAYGROUND_ALLOWED_MENTIONS_REQUIRED", sentence)
        return
    for key in ("users", "roles"):
        listed = allowed.get(key) or []
        if listed and key in (allowed.get("parse") or []):
            sentence = f'parse:["{key}"] and {key}: [ids...] are mutually exclusive.'
            yield Fault(("allowed_mentions",), "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", sentence)
        if len(listed) > 100:
            yield too_long(("allowed_mentions", key), 100)


def _embed_faults(embeds: list[Json]) -> Iterator[Fault]:
    if len(embeds) > 10:
        yield too_long(("embeds",), 10)
    total = 0
    for index, embed in enumerate(embeds):
        texts = list(_embed_texts(embed))
        total += sum(len(text.strip()) for _, text, _ in texts)
        for path, text, most in texts:
            if len(text.strip()) > most:
                yield too_long(("embeds", index, *path), most)
        if len(embed.get("fields") or []) > 25:
            yield too_long(("embeds", index, "fields"), 25)
    if total > MOST_EMBED_TEXT:
        sentence = f"Embed size exceeds maximum size of {MOST_EMBED_TEXT}"
        yield Fault(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", sentence)


def _embed_texts(embed: Json) -> Iterator[tuple[Path, str, int]]:
    for dotted, most in _EMBED_TEXTS.items():
        path = tuple(dotted.split("."))
        value: Any = embed
        for step in path:
            value = (value or {}).get(step)
        yield path, value or "", most
    for index, field in enumerate(embed.get("fields") or []):
        yield ("fields", index, "name"), field.get("name") or "", 256
        yield ("fields", index, "value"), field.get("value") or "", 1024


def _id_faults(components: list[Json]) -> Iterator[Fault]:
    seen: set[str] = set()
    numbers: set[int] = set()
    for path, component in tree.walk(components):
        custom_id = component.get("custom_id") or ""
        if custom_id and custom_id in seen:
            sentence = "Component custom id cannot be duplicated"
            yield Fault((*path, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", sentence)
        seen.add(custom_id)
        number = component.get("id") or 0
        if number and number in numbers:
            yield Fault((*path, "id"), "COMPONENT_ID_DUPLICATED", "Component id cannot be duplicated")
        numbers.add(number)


def _v1_faults(components: list[Json]) -> Iterator[Fault]:
    if len(components) > 5:
        yield too_long(("components",), 5)
    for index, component in enumerate(components):
        if component.get("type") in _ONLY_V2:
            sentence = "This component needs the message flag IS_COMPONENTS_V2."
            yield Fault(("components", index), "UNION_TYPE_CHOICES", sentence)


def _v2_faults(body: Json, components: list[Json]) -> Iterator[Fault]:
    for key in ("content", "embeds", "poll", "sticker_ids"):
        if body.get(key):
            sentence = f"The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            yield Fault((key,), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", sentence)
    if sum(1 for _ in tree.walk(components)) > MOST_COMPONENTS:
        sentence = f"A message can have up to {MOST_COMPONENTS} components, including nested ones."
        yield Fault(("components",), "COMPONENT_MAX_TOTAL_EXCEEDED", sentence)
    if sum(map(len, tree.texts(components))) > MOST_DISPLAYED_TEXT:
        sentence = f"The displayable text of a message can have up to {MOST_DISPLAYED_TEXT} characters."
        yield Fault(("components",), "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", sentence)
    for index, container in enumerate(components):
        for position, child in enumerate(container.get("components") or []):
            if container.get("type") == Kind.CONTAINER and child.get("type") not in _INSIDE_CONTAINER:
                path = ("components", index, "components", position)
                yield Fault(path, "UNION_TYPE_CHOICES", "This component can't be in a container.")


def _component_faults(path: Path, component: Json) -> Iterator[Fault]:
    kind = component.get("type")
    if kind == Kind.ACTION_ROW:
        yield from _row_faults(path, component.get("components") or [])
    elif kind == Kind.BUTTON:
        yield from _button_faults(path, component)
    elif kind in tree.SELECTS:
        yield from custom_id_faults(path, component)
        yield from select_faults(path, component)
    elif kind == Kind.SECTION and not component.get("accessory"):
        yield required((*path, "accessory"))
    elif kind in (Kind.TEXT_INPUT, Kind.LABEL) or kind not in set(Kind):
        yield Fault(path, "UNION_TYPE_CHOICES", "This component can't be in a message.")


def _row_faults(path: Path, children: list[Json]) -> Iterator[Fault]:
    selects = sum(child.get("type") in tree.SELECTS for child in children)
    buttons = sum(child.get("type") == Kind.BUTTON for child in children)
    fits = (selects, buttons) == (1, 0) or (selects == 0 < buttons <= 5)
    if selects + buttons != len(children) or not fits:
        sentence = "An action row has one to five buttons or one select menu."
        yield Fault((*path, "components"), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", sentence)


def _button_faults(path: Path, button: Json) -> Iterator[Fault]:
    style = button.get("style")
    if len(button.get("label") or "") > 80:
        yield too_long((*path, "label"), 80)
    if style == LINK:
        if not button.get("url"):
            yield Fault((*path, "url"), "BUTTON_COMPONENT_URL_REQUIRED", "A url is required")
        if button.get("custom_id") is not None:
            sentence = "A custom id and url cannot both be specified"
            yield Fault((*path, "custom_id"), "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", sentence)
    elif style == PREMIUM:
        if not button.get("sku_id") or {"label", "url", "emoji", "custom_id"} & {k for k, v in button.items() if v}:
            yield Fault(path, "BUTTON_COMPONENT_PREMIUM", "A premium button has only a sku_id.")
    else:
        yield from custom_id_faults(path, button)
        if button.get("url"):
            yield Fault((*path, "url"), "BUTTON_COMPONENT_URL_FORBIDDEN", "Only link buttons can have a url.")
    if style != PREMIUM and not button.get("label") and not button.get("emoji"):
        yield Fault((*path, "label"), "BUTTON_COMPONENT_LABEL_REQUIRED", "A button needs a label or an emoji.")


def custom_id_faults(path: Path, component: Json) -> Iterator[Fault]:
    custom_id = component.get("custom_id")
    if not custom_id:
        yield required((*path, "custom_id"))
    elif len(custom_id) > 100:
        yield too_long((*path, "custom_id"), 100)


def select_faults(path: Path, select: Json) -> Iterator[Fault]:
    """All faults of a select menu, in a message or a modal."""
    least, most = select.get("min_values", 1), select.get("max_values", 1)
    if least is not None and most is not None and least > most:
        yield Fault((*path, "min_values"), "SELECT_COMPONENT_MIN_ABOVE_MAX", "min_values is greater than max_values.")
    if select.get("type") != Kind.STRING_SELECT:
        return
    options = select.get("options") or []
    if not 1 <= len(options) <= 25:
        yield Fault((*path, "options"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length.")
    values = [option.get("value") for option in options]
    for index, value in enumerate(values):
        if value in values[:index]:
            sentence = "The specified option value is already used"
            yield Fault((*path, "options", index, "value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", sentence)
    if sum(bool(option.get("default")) for option in options) > (most or 1):
        yield Fault(
            (*path, "options"), "SELECT_COMPONENT_TOO_MANY_DEFAULTS", "There are more defaults than max_values."
        )


def _file_faults(body: Json, filenames: Collection[str]) -> Iterator[Fault]:
    if len(filenames) > 10:
        yield too_long(("attachments",), 10)
    for path, url in _media(body):
        if url.startswith("attachment://") and url.removeprefix("attachment://") not in filenames:
            sentence = f"The file {url!r} isn't attached to this message."
            yield Fault(path, "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", sentence)


def _media(body: Json) -> Iterable[tuple[Path, str]]:
    for path, component in tree.walk(body.get("components") or []):
        for key in ("media", "file"):
            if isinstance(component.get(key), dict):
                yield (*path, key, "url"), str(component[key].get("url", ""))
        for index, item in enumerate(component.get("items") or []):
            yield (*path, "items", index, "media", "url"), str(item.get("media", {}).get("url", ""))


def too_long(path: Path, most: int) -> Fault:
    return Fault(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")


def required(path: Path) -> Fault:
    return Fault(path, "BASE_TYPE_REQUIRED", "This field is required")
