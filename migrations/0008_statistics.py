"""To be filled."""

from tortoise import migrations


class Migration(migrations.Migration):
    dependencies = [("models", "0007_live_events")]

    operations = []
