"""Photos on which people lie apart from each single machine."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pipeline", "0050_asking_from_the_desk"),
    ]

    operations = [
        migrations.AddField(
            model_name="analysis",
            name="machines_apart",
            field=models.JSONField(help_text="The same of each machine, whatever its kind.", null=True),
        ),
    ]
