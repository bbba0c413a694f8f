"""Keys whose maker may not manage the guild any more."""

from __future__ import annotations

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0016_erasures")]

    operations = [
        ops.AddField(
            model_name="ApiKey",
            name="suspended_at",
            field=fields.DatetimeField(
                null=True,
                description="Since when who made it may not manage the guild",
                auto_now=False,
                auto_now_add=False,
            ),
        ),
    ]
