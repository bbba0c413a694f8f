"""Creates and edits messages from what the bot sent, and deletes messages."""

from __future__ import annotations

from dataclasses import dataclass

from playground.client import components as tree
from playground.page.news import tell_deleted
from playground.rest.errors import Fault, invalid_form
from playground.rest.message_limits import is_v2, message_faults, refuse_empty, required
from playground.rest.uploads import Upload
from playground.world.entities import COMPONENTS_V2, EPHEMERAL, LOADING, Attachment, Channel, Json, Message, Origin
from playground.world.mentions import CHANNEL_DEFAULT, INTERACTION_DEFAULT, pings
from playground.world.state import State

# The flags that a bot can set: SUPPRESS_EMBEDS, EPHEMERAL, SUPPRESS_NOTIFICATIONS, IS_COMPONENTS_V2.
_SETTABLE = 1 << 2 | EPHEMERAL | 1 << 12 | COMPONENTS_V2
_KEPT = _SETTABLE & ~EPHEMERAL


@dataclass(frozen=True)
class Letter:
    """A message as the bot sent it: JSON and files; `root` is the path of that JSON in the whole body."""

    body: Json
    uploads: list[Upload]
    root: tuple[str, ...] = ()


def check(state: State, letter: Letter, *, v2: bool, editing: Message | None = None) -> None:
    """Refuse a message that Discord would refuse."""
    names = [file.filename for file in _files(letter)] + (
        [file.filename for file in editing.attachments] if editing else []
    )
    faults = message_faults(letter.body, v2=v2, filenames=names, strict=state.strict)
    faults += _attachment_faults(letter, editing)
    if (letter.body.get("flags") or 0) & ~_SETTABLE:
        faults.append(Fault(("flags",), "MESSAGE_FLAGS_INVALID", "A bot can't set this flag."))
    if faults:
        raise invalid_form(*(Fault((*letter.root, *fault.path), fault.code, fault.message) for fault in faults))


def compose(
    state: State,
    channel: Channel,
    letter: Letter,
    *,
    kind: int = 0,
    origin: Origin | None = None,
    ephemeral_for: int | None = None,
    reply_to: int | None = None,
) -> Message:
    """Create a message by the bot in its channel."""
    check(state, letter, v2=is_v2(letter.body))
    refuse_empty(letter.body, bool(letter.uploads))
    message = Message(
        state.world.new_id(),
        channel.id,
        state.world.bot.id,
        type=kind,
        flags=(letter.body.get("flags") or 0) & _KEPT,
        origin=origin,
        ephemeral_for=ephemeral_for,
        reply_to=reply_to,
        nonce=letter.body.get("nonce"),
    )
    _fill(message, letter)
    message.attachments = _attachments(state, letter)
    _name_pinged(state, message, letter.body)
    state.world.add_message(message)
    return message


def rewrite(state: State, message: Message, letter: Letter) -> None:
    """Edit a message by the bot: only the fields sent; the V2 flag can't be removed."""
    v2 = is_v2(letter.body) or bool(message.flags & COMPONENTS_V2)
    check(state, letter, v2=v2, editing=message)
    _refuse_leftovers(message, letter, v2=v2)
    kept = _kept(message, letter)
    after = {key: letter.body.get(key, getattr(message, key)) for key in ("content", "embeds", "components")}
    refuse_empty(after | {"poll": letter.body.get("poll")}, bool(kept or letter.uploads))
    _fill(message, letter)
    message.attachments = kept + _attachments(state, letter)
    if v2:
        message.flags |= COMPONENTS_V2
    # Filling in "thinking…" doesn't show as an edit.
    if not message.flags & LOADING:
        message.edited_at = state.world.now()
    message.flags &= ~LOADING
    _name_pinged(state, message, letter.body)


def remove(state: State, message: Message) -> None:
    """Delete a message, pinned or not."""
    channel = state.world.channels[message.channel_id]
    del channel.messages[message.id]
    channel.pins.pop(message.id, None)
    tell_deleted(state, message)


def _fill(message: Message, letter: Letter) -> None:
    body = letter.body
    if "content" in body:
        message.content = body["content"] or ""
    if "embeds" in body:
        message.embeds = body["embeds"] or []
    if "components" in body:
        message.components = tree.completed(body["components"] or [])


def _name_pinged(state: State, message: Message, body: Json) -> None:
    default = INTERACTION_DEFAULT if message.origin else CHANNEL_DEFAULT
    text = "\n".join([message.content, *tree.texts(message.components)])
    channel = state.world.channels[message.channel_id]
    pinged = pings(state.world, channel, message.author_id, text, body.get("allowed_mentions") or default)
    message.pinged, message.pinged_roles, message.pings_everyone = pinged.users, pinged.roles, pinged.everyone


def _refuse_leftovers(message: Message, letter: Letter, *, v2: bool) -> None:
    """Refuse to turn a message into Components V2 unless the same edit removes its text and embeds."""
    left = [key for key in ("content", "embeds") if getattr(message, key) and key not in letter.body]
    if v2 and left:
        sentence = "Set it to null to turn this message into a Components V2 message."
        raise invalid_form(
            *(
                Fault((*letter.root, key), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", sentence)
                for key in left
            )
        )


def _described(letter: Letter) -> dict[str, Json]:
    return {str(facts.get("id")): facts for facts in letter.body.get("attachments") or []}


def _files(letter: Letter) -> list[Attachment]:
    """The uploaded files, with the names and descriptions that the JSON gives them."""
    described = _described(letter)
    made = []
    for upload in letter.uploads:
        facts = described.get(upload.index, {})
        name = facts.get("filename") or upload.filename
        spoiler = bool(facts.get("is_spoiler"))
        made.append(Attachment(0, name, upload.content, upload.content_type, facts.get("description"), spoiler))
    return made


def _attachments(state: State, letter: Letter) -> list[Attachment]:
    made = _files(letter)
    for attachment in made:
        attachment.id = state.world.new_id()
    return made


def _kept(message: Message, letter: Letter) -> list[Attachment]:
    """The old files to keep: those listed in `attachments`, or all without it."""
    if letter.body.get("attachments") is None:
        return message.attachments
    return [attachment for attachment in message.attachments if str(attachment.id) in _described(letter)]


def _attachment_faults(letter: Letter, editing: Message | None) -> list[Fault]:
    known = {upload.index for upload in letter.uploads} | {
        str(attachment.id) for attachment in (editing.attachments if editing else [])
    }
    faults = []
    for index, attachment in enumerate(letter.body.get("attachments") or []):
        if attachment.get("id") is None:
            faults.append(required(("attachments", index, "id")))
        elif str(attachment["id"]) not in known:
            sentence = "The uploaded file was not found."
            faults.append(Fault(("attachments", index, "id"), "ATTACHMENT_NOT_FOUND", sentence))
    return faults
