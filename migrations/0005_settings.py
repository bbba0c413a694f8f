"""Settings have versions, and every change of them is kept."""

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops

# Rows are written by plain SQL, which knows nothing of the models' defaults.
RULES = """
ALTER TABLE guilds ALTER config_version SET DEFAULT 0,
    ADD CONSTRAINT guilds_config_version CHECK (config_version >= 0);
ALTER TABLE change_sets ALTER created_at SET DEFAULT now(), ALTER request_id SET DEFAULT '',
    ADD CONSTRAINT change_sets_number CHECK (number > 0),
    ADD CONSTRAINT change_sets_source CHECK (source IN ('command', 'dashboard', 'api', 'setup', 'revert', 'apply')),
    ADD CONSTRAINT change_sets_changes CHECK (jsonb_typeof(changes) = 'object' AND changes <> '{}'),
    ADD CONSTRAINT change_sets_reverts CHECK (reverts < number);
CREATE TRIGGER change_sets_append_only BEFORE UPDATE OR DELETE ON change_sets
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""

# The table goes with its constraints and its trigger, the column with its own.
UNDO = """
DROP TRIGGER change_sets_append_only ON change_sets;
ALTER TABLE guilds DROP CONSTRAINT guilds_config_version;
"""


class Migration(migrations.Migration):
    dependencies = [("models", "0004_sign_in")]

    operations = [
        ops.AddField(
            model_name="Guild",
            name="config_version",
            field=fields.IntField(default=0, db_default=0, description="How many change sets led to the settings"),
        ),
        ops.CreateModel(
            name="ChangeSet",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("guild_id", fields.BigIntField()),
                (
                    "number",
                    fields.IntField(
                        description="The version of the settings that it led to; the one before is one less"
                    ),
                ),
                ("actor_id", fields.BigIntField(description="0 for the house")),
                (
                    "source",
                    fields.CharField(description="command, dashboard, api, setup, revert or apply", max_length=16),
                ),
                (
                    "changes",
                    fields.JSONField(
                        description="Before and after of each changed setting, by its key",
                        encoder=JSON_DUMPS,
                        decoder=loads,
                    ),
                ),
                (
                    "reverts",
                    fields.IntField(null=True, description="Number of the change set that it takes back"),
                ),
                ("request_id", fields.CharField(default="", max_length=40)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={
                "table": "change_sets",
                "app": "models",
                "unique_together": (("guild_id", "number"),),
                "pk_attr": "id",
                "table_description": "The changes of one save, its origin and its author. Append-only.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(RULES, UNDO),
    ]
