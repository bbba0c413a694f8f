"""Who may use which command, and what was chosen in /setup so far."""

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops

from models.fields import SnowflakeKey

CHECKS = """
ALTER TABLE command_rules
    ADD CONSTRAINT command_rules_kind CHECK (target_kind IN ('role', 'member', 'channel')),
    ADD CONSTRAINT command_rules_command CHECK (command <> '');
"""
NO_CHECKS = """
ALTER TABLE command_rules DROP CONSTRAINT command_rules_kind, DROP CONSTRAINT command_rules_command;
"""


class Migration(migrations.Migration):
    dependencies = [("models", "0005_settings")]

    operations = [
        ops.CreateModel(
            name="CommandRule",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("guild_id", fields.BigIntField()),
                (
                    "command",
                    fields.CharField(max_length=100, description="`bet` speaks of every /bet, `bet dice` of that one"),
                ),
                ("target_kind", fields.CharField(max_length=8, description="role, member or channel")),
                ("target_id", fields.BigIntField(description="The guild's own id as a role is @everyone")),
                ("allowed", fields.BooleanField()),
                ("actor_id", fields.BigIntField(description="Who decided it")),
                (
                    "made_at",
                    fields.DatetimeField(
                        description="When it was decided as it is now", auto_now=False, auto_now_add=False
                    ),
                ),
            ],
            options={
                "table": "command_rules",
                "app": "models",
                "unique_together": (("guild_id", "command", "target_kind", "target_id"),),
                "pk_attr": "id",
                "table_description": (
                    "One rule: a command, or every command starting with these words, for one role, member or channel."
                ),
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SetupDraft",
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
                ("step", fields.CharField(max_length=16, description="Where it was left")),
                (
                    "chosen",
                    fields.JSONField(
                        default=dict,
                        description="What differs from the settings, by name",
                        encoder=JSON_DUMPS,
                        decoder=loads,
                    ),
                ),
                ("begun_by", fields.BigIntField()),
                ("begun_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("changed_by", fields.BigIntField()),
                ("changed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "setup_drafts",
                "app": "models",
                "pk_attr": "id",
                "table_description": (
                    "Choices made in /setup so far; one row per guild, so that a second admin continues where the first stopped."
                ),
            },
            bases=["Model"],
        ),
        ops.RunSQL(CHECKS, NO_CHECKS),
    ]
