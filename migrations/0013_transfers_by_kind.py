"""Transfers of one kind are found however rare they are."""

from tortoise import migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0012_proofs")]

    operations = [
        ops.AddIndex(model_name="Transfer", index=Index(fields=["guild_id", "kind", "id"], name="transfers_kind")),
    ]
