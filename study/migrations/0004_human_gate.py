"""People's hypothesis: accuracy above a floor, or a loss against uncropped photos below a margin."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("study", "0003_machine_choices")]

    operations = [
        migrations.AddField(
            model_name="study",
            name="human_gate",
            field=models.CharField(
                choices=[
                    ("floor", "accuracy above the floor"),
                    ("loss", "loss against uncropped photos below delta"),
                ],
                default="floor",
                help_text="What people must be shown to do; with the loss, everybody is their own control.",
                max_length=5,
            ),
        ),
        migrations.AddField(
            model_name="study",
            name="loss_delta",
            field=models.FloatField(
                default=0.1,
                help_text="Loss of accuracy that would be too large; plays a part with the loss only.",
                validators=[MinValueValidator(0.01), MaxValueValidator(0.99)],
            ),
        ),
    ]
