from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("study", "0007_return_link"),
    ]

    operations = [
        migrations.AlterField(
            model_name="stimulus",
            name="made_by",
            field=models.CharField(
                blank=True, help_text="Attacker runs whose attention was used.", max_length=255
            ),
        ),
    ]
