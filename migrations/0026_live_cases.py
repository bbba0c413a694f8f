"""Live events of cases, and an index that finds the cases of some days."""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

# Every change to a case has an event, so a trigger on these misses none.
RULES = """
ALTER TABLE live_events DROP CONSTRAINT live_events_kind, ADD CONSTRAINT live_events_kind
    CHECK (kind IN ('command', 'ledger', 'setting', 'job', 'member', 'case'));
CREATE FUNCTION tell_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO live_events (guild_id, kind, data)
    VALUES (NEW.guild_id, 'case', jsonb_build_object(
        'number', NEW.number, 'change', NEW.kind, 'actor_id', NEW.actor_id::text));
    RETURN NULL;
END $$;
CREATE TRIGGER case_events_live AFTER INSERT ON case_events FOR EACH ROW EXECUTE FUNCTION tell_case();
"""
UNDO = """
DROP FUNCTION tell_case() CASCADE;
DELETE FROM live_events WHERE kind = 'case';
ALTER TABLE live_events DROP CONSTRAINT live_events_kind, ADD CONSTRAINT live_events_kind
    CHECK (kind IN ('command', 'ledger', 'setting', 'job', 'member'));
"""


class Migration(migrations.Migration):
    dependencies = [("models", "0025_moderation")]

    operations = [
        ops.AddIndex(model_name="Case", index=Index(fields=["guild_id", "created_at"], name="moderation_logs_day")),
        ops.AlterField(
            model_name="LiveEvent",
            name="kind",
            field=fields.CharField(description="command, ledger, setting, job, member or case", max_length=8),
        ),
        ops.RunSQL(RULES, UNDO),
    ]
