"""Moderation cases, what happened to them, their evidence, and the end of each guild's chain of events."""

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.data import JSON_DUMPS
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from models.fields import SnowflakeKey

# Keys begin with the guild, so that each guild counts for itself and its rows can be kept together. Shared code reads
# rows by `id`, which needs an index of its own then.
KEYS = """
ALTER TABLE moderation_logs DROP CONSTRAINT moderation_logs_pkey, ADD PRIMARY KEY (guild_id, number);
ALTER TABLE case_events DROP CONSTRAINT case_events_pkey, ADD PRIMARY KEY (guild_id, position);
ALTER TABLE case_evidence DROP CONSTRAINT case_evidence_pkey, ADD PRIMARY KEY (guild_id, id);
CREATE INDEX moderation_logs_id ON moderation_logs (id);
CREATE INDEX case_events_id ON case_events (id);
CREATE INDEX case_evidence_id ON case_evidence (id);
"""
# Rows are also written by plain SQL, which knows nothing of the models' defaults.
DEFAULTS = """
ALTER TABLE moderation_logs ALTER reason SET DEFAULT '', ALTER state SET DEFAULT 'pending',
    ALTER notice SET DEFAULT 'none', ALTER details SET DEFAULT '{}', ALTER created_at SET DEFAULT now();
ALTER TABLE case_chains ALTER newest_case SET DEFAULT 0, ALTER length SET DEFAULT 0;
ALTER TABLE case_events ALTER details SET DEFAULT '{}';
ALTER TABLE case_evidence ALTER content_type SET DEFAULT '', ALTER created_at SET DEFAULT now();
"""
CHECKS = """
ALTER TABLE moderation_logs
    ADD CONSTRAINT moderation_logs_state CHECK (state IN ('pending', 'active', 'ended', 'failed', 'voided')),
    ADD CONSTRAINT moderation_logs_number CHECK (number > 0),
    ADD CONSTRAINT moderation_logs_duration CHECK (duration > 0);
ALTER TABLE case_events ADD CONSTRAINT case_events_position CHECK (position > 0);
ALTER TABLE case_evidence ADD CONSTRAINT case_evidence_size CHECK (size >= 0);
"""
# Words of a reason are found by their beginnings; only extensions could put the guild into this index as well.
FINDING = """
CREATE INDEX moderation_logs_words ON moderation_logs USING gin (to_tsvector('simple', reason));
CREATE INDEX moderation_logs_mark ON moderation_logs (guild_id, member_mark, number) WHERE member_mark IS NOT NULL;
"""
UNDO = "DROP INDEX moderation_logs_words, moderation_logs_mark;"  # the rest goes with the tables


class Migration(migrations.Migration):
    dependencies = [("models", "0024_switched_off")]

    operations = [
        ops.CreateModel(
            name="Case",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True,
                        primary_key=True,
                        unique=True,
                        db_index=True,
                        description="For shared code, which reads rows by a number of their own",
                    ),
                ),
                ("guild_id", fields.BigIntField()),
                ("number", fields.BigIntField(description="The case number that people see")),
                ("action", fields.CharField(description="Kind of case", max_length=12)),
                (
                    "user_id",
                    fields.BigIntField(null=True, description="The member; null for a channel's case and once erased"),
                ),
                ("member_mark", fields.BinaryField(null=True, description="Keyed digest of an erased member's id")),
                (
                    "sealed_user_id",
                    fields.BinaryField(null=True, description="An erased member's id, until the open timer ends"),
                ),
                ("channel_id", fields.BigIntField(null=True)),
                ("role_id", fields.BigIntField(null=True)),
                (
                    "moderator_id",
                    fields.BigIntField(description="Who acted; 0 for the server itself, such as the warn ladder"),
                ),
                ("behalf_of_id", fields.BigIntField(null=True, description="Whom the moderator acted for")),
                ("reason", fields.CharField(default="", max_length=4000)),
                ("duration", fields.BigIntField(null=True, description="Seconds")),
                (
                    "expires_at",
                    fields.DatetimeField(
                        null=True,
                        description="End of the punishment, or of a warning's count",
                        auto_now=False,
                        auto_now_add=False,
                    ),
                ),
                ("state", fields.CharField(default="pending", max_length=8)),
                (
                    "failure",
                    fields.CharField(
                        null=True, description="Why it failed: Discord's code and message", max_length=400
                    ),
                ),
                ("notice", fields.CharField(default="none", max_length=10)),
                (
                    "details",
                    fields.JSONField(
                        default=dict,
                        description="What belongs to this kind, such as the state before it",
                        encoder=JSON_DUMPS,
                        decoder=loads,
                    ),
                ),
                (
                    "key",
                    fields.CharField(
                        description="Names the cause; the same key again opens no second case", max_length=120
                    ),
                ),
                ("batch", fields.BigIntField(null=True, description="The bulk action that it belongs to")),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                (
                    "settled_at",
                    fields.DatetimeField(
                        null=True, description="When it was done, or failed", auto_now=False, auto_now_add=False
                    ),
                ),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "moderation_logs",
                "app": "models",
                "unique_together": (("guild_id", "key"),),
                "indexes": [
                    Index(fields=["guild_id", "user_id", "number"], name="moderation_logs_user"),
                    Index(fields=["guild_id", "moderator_id", "number"], name="moderation_logs_moderator"),
                    Index(fields=["guild_id", "action", "number"], name="moderation_logs_action"),
                    Index(fields=["guild_id", "state", "number"], name="moderation_logs_state"),
                ],
                "pk_attr": "id",
                "table_description": (
                    "One moderation case; its primary key is the guild and the number, which counts up "
                    "within the guild."
                ),
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CaseChain",
            fields=[
                (
                    "id",
                    SnowflakeKey(
                        source_field="guild_id",
                        primary_key=True,
                        unique=True,
                        db_index=True,
                        description="The guild's id",
                    ),
                ),
                ("newest_case", fields.BigIntField(default=0)),
                ("length", fields.BigIntField(default=0)),
                ("head", fields.BinaryField()),
                ("mac", fields.BinaryField(description="Keyed digest of guild, newest case, length and head")),
                (
                    "verified_at",
                    fields.DatetimeField(
                        null=True,
                        description="When the chain was last verified to its end",
                        auto_now=False,
                        auto_now_add=False,
                    ),
                ),
                (
                    "findings",
                    fields.JSONField(
                        null=True,
                        description="What was wrong then; empty if nothing was",
                        encoder=JSON_DUMPS,
                        decoder=loads,
                    ),
                ),
            ],
            options={
                "table": "case_chains",
                "app": "models",
                "pk_attr": "id",
                "table_description": (
                    "A guild's newest case number and the end of its chain, under a key that the database doesn't have."
                ),
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CaseEvent",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True,
                        primary_key=True,
                        unique=True,
                        db_index=True,
                        description="For shared code; a note is sealed for it",
                    ),
                ),
                ("guild_id", fields.BigIntField()),
                ("position", fields.BigIntField(description="Place in the chain, from 1 without gaps")),
                ("number", fields.BigIntField(description="The case")),
                (
                    "kind",
                    fields.CharField(description="opened, settled, failed, edited, noted, evidence, …", max_length=12),
                ),
                ("actor_id", fields.BigIntField(description="Who did it; 0 for the server itself")),
                (
                    "details",
                    fields.JSONField(
                        default=dict, description="What changed; empty once erased", encoder=JSON_DUMPS, decoder=loads
                    ),
                ),
                ("text", fields.BinaryField(null=True, description="A private note, sealed")),
                ("salt", fields.BinaryField(null=True, description="Null once erased")),
                (
                    "case_digest",
                    fields.BinaryField(description="Keyed digest of the salt and the case as this event left it"),
                ),
                ("seal", fields.BinaryField(description="Keyed digest of the salt, this event and `case_digest`")),
                ("digest", fields.BinaryField(description="Digest of the seal and the digest before")),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "case_events",
                "app": "models",
                "indexes": [Index(fields=["guild_id", "number", "position"], name="case_events_case")],
                "pk_attr": "id",
                "table_description": (
                    "One thing that happened to a case, as a link of its guild's chain; its primary key is guild "
                    "and position."
                ),
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CaseEvidence",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("guild_id", fields.BigIntField()),
                ("number", fields.BigIntField(description="The case")),
                ("added_by", fields.BigIntField()),
                ("filename", fields.BinaryField(null=True, description="Sealed; null once erased")),
                ("content_type", fields.CharField(default="", max_length=100)),
                ("size", fields.BigIntField(description="Bytes")),
                ("sha256", fields.BinaryField(null=True, description="Null once erased")),
                (
                    "channel_id",
                    fields.BigIntField(null=True, description="Channel of the copy; null if only the digest is kept"),
                ),
                ("message_id", fields.BigIntField(null=True, description="Message of the copy")),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={
                "table": "case_evidence",
                "app": "models",
                "indexes": [Index(fields=["guild_id", "number", "id"], name="case_evidence_case")],
                "pk_attr": "id",
                "table_description": (
                    "A file attached to a case: its digest, and its copy in the log channel; its primary key is "
                    "guild and id."
                ),
            },
            bases=["Model"],
        ),
        ops.RunSQL(KEYS + DEFAULTS + CHECKS + FINDING, UNDO),
    ]
