"""Crops of a level equally sharp. Studies that are there already keep their crops as they are."""

from django.db import migrations, models

HELP = (
    "Levels by subject: all crops of a level are shown with the same number of pixels, so that "
    "sharpness tells nothing about the size of a window."
)


class Migration(migrations.Migration):
    dependencies = [
        ("study", "0026_without_return_url"),
    ]

    operations = [
        migrations.AddField(
            model_name="level",
            name="crop_pixels",
            field=models.PositiveIntegerField(
                editable=False,
                help_text="Side of every crop in pixels; empty: each has as many as its window.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="study",
            name="one_sharpness",
            field=models.BooleanField(default=False, help_text=HELP),
        ),
        migrations.AlterField(
            model_name="study",
            name="one_sharpness",
            field=models.BooleanField(default=True, help_text=HELP),
        ),
    ]
