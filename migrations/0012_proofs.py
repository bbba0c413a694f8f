"""Proofs of the books that admins ask for on a page."""

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.data import JSON_DUMPS
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0011_change_drafts")]

    operations = [
        ops.CreateModel(
            name="BooksProof",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("guild_id", fields.BigIntField()),
                ("asked_by", fields.BigIntField()),
                ("asked_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("done", fields.BigIntField(description="Rows that were looked at, about")),
                ("total", fields.BigIntField(description="Rows that there are, about")),
                (
                    "found",
                    fields.JSONField(
                        null=True,
                        description="What the books say; null until it is known",
                        encoder=JSON_DUMPS,
                        decoder=loads,
                    ),
                ),
            ],
            options={
                "table": "proofs",
                "app": "models",
                "indexes": [Index(fields=["guild_id", "id"], name="proofs_guild")],
                "pk_attr": "id",
                "table_description": (
                    "A ledger audit requested by an admin; while `found` is empty it is running or was cancelled."
                ),
            },
            bases=["Model"],
        ),
    ]
