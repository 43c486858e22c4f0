"""What of a job was done before the present attempt, by which its pace is told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pipeline", "0053_attack_searches")]

    operations = [
        migrations.AddField(
            model_name="job",
            name="begun_from",
            field=models.FloatField(
                default=0.0, help_text="Share that was done before this attempt began, 0 to 1."
            ),
        ),
    ]
