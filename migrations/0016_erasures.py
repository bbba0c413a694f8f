"""What an erasure takes is settled when it begins, and it says how far it is."""

from tortoise import fields, migrations
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0015_doubts")]

    operations = [
        ops.AddField(
            model_name="Erasure",
            name="wallets",
            field=ArrayField(
                element_type="bigint", null=True, description="Those the person had when it began; null once it is done"
            ),
        ),
        ops.AddField(
            model_name="Erasure",
            name="step",
            field=fields.CharField(null=True, description="What it is doing, or stopped at", max_length=32),
        ),
    ]
