"""Changes of settings that are collected over several pages and applied together."""

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0010_jobs")]

    operations = [
        ops.CreateModel(
            name="ChangeDraft",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("guild_id", fields.BigIntField()),
                ("user_id", fields.BigIntField()),
                (
                    "version",
                    fields.IntField(description="Of the settings that were looked at when it was begun"),
                ),
                (
                    "chosen",
                    fields.JSONField(
                        description="What shall be, by the key of the setting", encoder=JSON_DUMPS, decoder=loads
                    ),
                ),
                ("changed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "change_drafts",
                "app": "models",
                "unique_together": (("guild_id", "user_id"),),
                "pk_attr": "id",
                "table_description": ("Values that one admin collected across pages and has not applied yet."),
            },
            bases=["Model"],
        ),
    ]
