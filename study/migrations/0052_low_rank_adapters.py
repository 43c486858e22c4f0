"""Low-rank adapters as a way of training the attacker."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("study", "0049_parts_on_several_days"),
    ]

    operations = [
        migrations.AlterField(
            model_name="study",
            name="attacker_preset",
            field=models.CharField(
                choices=[
                    ("full", "full fine-tuning"),
                    ("quick", "quick (laptop)"),
                    ("lora", "low-rank adapters (large networks)"),
                    ("probe", "frozen probe (linear head)"),
                ],
                default="full",
                max_length=10,
            ),
        ),
    ]
