"""To be filled."""

from tortoise import migrations


class Migration(migrations.Migration):
    dependencies = [("models", "0008_statistics")]

    operations = []
