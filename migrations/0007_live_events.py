"""To be filled."""

from tortoise import migrations


class Migration(migrations.Migration):
    dependencies = [("models", "0006_command_rules")]

    operations = []
