"""What the log channels of servers have still to be told, and which of them can't be written to."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from models.fields import SnowflakeKey


class Migration(migrations.Migration):
    dependencies = [("models", "0013_transfers_by_kind")]

    operations = [
        ops.CreateModel(
            name="LogChannelFault",
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
                ("channel_id", fields.BigIntField()),
                ("since", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "log_channel_faults",
                "app": "models",
                "pk_attr": "id",
                "table_description": ("A log channel Discord won't let us write to; deleted once it does."),
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="LogPost",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("guild_id", fields.BigIntField()),
                ("event_id", fields.BigIntField(description="Its id in the audit log")),
                (
                    "batch",
                    fields.BigIntField(
                        null=True, description="The message it belongs to, chosen before it is first sent"
                    ),
                ),
            ],
            options={
                "table": "log_posts",
                "app": "models",
                "unique_together": (("guild_id", "event_id"),),
                "pk_attr": "id",
                "table_description": ("An audit log event waiting to be posted in its server's log channel."),
            },
            bases=["Model"],
        ),
    ]
