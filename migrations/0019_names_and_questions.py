"""Members are found by their display name and nickname too, and choose when they are asked before they spend."""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

# Names are sorted by their bytes, as usernames are, so that the beginning of one is a range of the index.
_SORTED = """
ALTER TABLE user_guild_data
    ALTER display_name TYPE varchar(32) COLLATE "C", ALTER nickname TYPE varchar(32) COLLATE "C";"""


class Migration(migrations.Migration):
    dependencies = [("models", "0018_languages")]

    operations = [
        ops.AddField(
            model_name="User",
            name="confirm_percent",
            field=fields.SmallIntField(null=True, description="Of a balance, what is spent without a question"),
        ),
        ops.AddField(
            model_name="UserGuildData",
            name="display_name",
            field=fields.CharField(max_length=32, null=True, description="In small letters, to search by"),
        ),
        ops.AddField(
            model_name="UserGuildData",
            name="nickname",
            field=fields.CharField(max_length=32, null=True, description="In small letters, to search by"),
        ),
        ops.RunSQL(_SORTED, reverse_sql=""),
        ops.AddIndex(
            model_name="UserGuildData",
            index=Index(fields=["guild_id", "display_name"], name="user_guild_data_display_name"),
        ),
        ops.AddIndex(
            model_name="UserGuildData",
            index=Index(fields=["guild_id", "nickname"], name="user_guild_data_nickname"),
        ),
    ]
