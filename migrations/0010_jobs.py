"""One index for the order of jobs is enough: what is given up is not looked for."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0009_privacy")]

    operations = [ops.RemoveIndex("Job", name="jobs_due")]
