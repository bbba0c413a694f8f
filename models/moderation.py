"""Moderation cases, what happened to them, and the chain that shows tampering."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.fields import SnowflakeKey


class CaseKind(StrEnum):
    """What a case records."""

    NOTE = "note"
    WARN = "warn"
    TIMEOUT = "timeout"
    UNTIMEOUT = "untimeout"
    KICK = "kick"
    BAN = "ban"
    UNBAN = "unban"
    SOFTBAN = "softban"
    ROLE = "role"
    NICK = "nick"
    PURGE = "purge"
    SLOWMODE = "slowmode"
    LOCK = "lock"


class CaseState(StrEnum):
    """The state of a case; what can't last, such as a kick, ends as soon as it is done."""

    PENDING = "pending"
    ACTIVE = "active"
    ENDED = "ended"
    FAILED = "failed"
    VOIDED = "voided"


class NoticeState(StrEnum):
    """What became of the direct message about a case."""

    NONE = "none"  # nobody wanted one
    WAITING = "waiting"
    SENT = "sent"
    CLOSED = "closed"  # the member doesn't accept direct messages from the bot
    UNKNOWN = "unknown"  # Discord didn't say whether it arrived
    CORRECTED = "corrected"  # a second message took back the first one


class Case(Model):
    """One moderation case; its primary key is the guild and the number, which counts up within the guild."""

    id = fields.BigIntField(primary_key=True, description="For shared code, which reads rows by a number of their own")
    guild_id = fields.BigIntField()
    number = fields.BigIntField(description="The case number that people see")
    action = fields.CharField(max_length=12, description="Kind of case")
    user_id = fields.BigIntField(null=True, description="The member; null for a channel's case and once erased")
    member_mark = fields.BinaryField(null=True, description="Keyed digest of an erased member's id")
    sealed_user_id = fields.BinaryField(null=True, description="An erased member's id, until the open timer ends")
    channel_id = fields.BigIntField(null=True)
    role_id = fields.BigIntField(null=True)
    moderator_id = fields.BigIntField(description="Who acted; 0 for the server itself, such as the warn ladder")
    behalf_of_id = fields.BigIntField(null=True, description="Whom the moderator acted for")
    reason = fields.CharField(max_length=4000, default="")
    duration = fields.BigIntField(null=True, description="Seconds")
    expires_at = fields.DatetimeField(null=True, description="End of the punishment, or of a warning's count")
    state = fields.CharField(max_length=8, default=CaseState.PENDING.value)
    failure = fields.CharField(max_length=400, null=True, description="Why it failed: Discord's code and message")
    notice = fields.CharField(max_length=10, default=NoticeState.NONE.value)
    details: Any = fields.JSONField(default=dict, description="What belongs to this kind, such as the state before it")
    key = fields.CharField(max_length=120, description="Names the cause; the same key again opens no second case")
    batch = fields.BigIntField(null=True, description="The bulk action that it belongs to")
    created_at = fields.DatetimeField(auto_now_add=True)
    settled_at = fields.DatetimeField(null=True, description="When it was done, or failed")
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "moderation_logs"
        unique_together = (("guild_id", "key"),)
        indexes = (
            Index(fields=("guild_id", "user_id", "number"), name="moderation_logs_user"),
            Index(fields=("guild_id", "moderator_id", "number"), name="moderation_logs_moderator"),
            Index(fields=("guild_id", "action", "number"), name="moderation_logs_action"),
            Index(fields=("guild_id", "state", "number"), name="moderation_logs_state"),
            Index(fields=("guild_id", "created_at"), name="moderation_logs_day"),
        )


class CaseEvent(Model):
    """One thing that happened to a case, as a link of its guild's chain; its primary key is guild and position."""

    id = fields.BigIntField(primary_key=True, description="For shared code; a note is sealed for it")
    guild_id = fields.BigIntField()
    position = fields.BigIntField(description="Place in the chain, from 1 without gaps")
    number = fields.BigIntField(description="The case")
    kind = fields.CharField(max_length=12, description="opened, settled, failed, edited, noted, evidence, …")
    actor_id = fields.BigIntField(description="Who did it; 0 for the server itself")
    details: Any = fields.JSONField(default=dict, description="What changed; empty once erased")
    text = fields.BinaryField(null=True, description="A private note, sealed")
    salt = fields.BinaryField(null=True, description="Null once erased")
    case_digest = fields.BinaryField(description="Keyed digest of the salt and the case as this event left it")
    seal = fields.BinaryField(description="Keyed digest of the salt, this event and `case_digest`")
    digest = fields.BinaryField(description="Digest of the seal and the digest before")
    created_at = fields.DatetimeField()

    class Meta:
        table = "case_events"
        indexes = (Index(fields=("guild_id", "number", "position"), name="case_events_case"),)


class CaseChain(Model):
    """A guild's newest case number and the end of its chain, under a key that the database doesn't have."""

    id = SnowflakeKey(primary_key=True, source_field="guild_id", description="The guild's id")
    newest_case = fields.BigIntField(default=0)
    length = fields.BigIntField(default=0)
    head = fields.BinaryField()
    mac = fields.BinaryField(description="Keyed digest of guild, newest case, length and head")
    verified_at = fields.DatetimeField(null=True, description="When the chain was last verified to its end")
    findings: Any = fields.JSONField(null=True, description="What was wrong then; empty if nothing was")

    class Meta:
        table = "case_chains"


class CaseEvidence(Model):
    """A file attached to a case: its digest, and its copy in the log channel; its primary key is guild and id."""

    id = fields.BigIntField(primary_key=True)
    guild_id = fields.BigIntField()
    number = fields.BigIntField(description="The case")
    added_by = fields.BigIntField()
    filename = fields.BinaryField(null=True, description="Sealed; null once erased")
    content_type = fields.CharField(max_length=100, default="")
    size = fields.BigIntField(description="Bytes")
    sha256 = fields.BinaryField(null=True, description="Null once erased")
    channel_id = fields.BigIntField(null=True, description="Channel of the copy; null if only the digest is kept")
    message_id = fields.BigIntField(null=True, description="Message of the copy")
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "case_evidence"
        indexes = (Index(fields=("guild_id", "number", "id"), name="case_evidence_case"),)
