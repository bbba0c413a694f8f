"""Plants of members."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "NEWEST")]

    operations = [
        ops.CreateModel(
            name="Plant",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("guild_id", fields.BigIntField()),
                ("user_id", fields.BigIntField()),
                ("name", fields.CharField(max_length=50)),
                ("watered_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "garden_plants",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Something that a member planted.",
            },
            bases=["Model"],
        ),
    ]
