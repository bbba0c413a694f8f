"""To be filled."""

from tortoise import migrations


class Migration(migrations.Migration):
    dependencies = [("models", "0003_plans")]

    operations = []
