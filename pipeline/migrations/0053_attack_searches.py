"""Searches for a stronger attack, and attackers with a recipe of their own."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pipeline", "0052_machines_apart"),
        ("study", "0052_low_rank_adapters"),
    ]

    operations = [
        migrations.AlterField(
            model_name="job",
            name="kind",
            field=models.CharField(
                choices=[
                    ("read", "read photos"),
                    ("import", "import photos"),
                    ("train", "train and test an attacker"),
                    ("crop", "render the crops of a level"),
                    ("follow", "cut photos again after a change by hand"),
                    ("choose", "take the crops that the pilot chose"),
                    ("test", "test attackers on a level"),
                    ("combine", "average the architectures of a level"),
                    ("check", "check an attacker or a level"),
                    ("search", "search for a stronger attack"),
                    ("analyse", "analyse the study"),
                    ("power", "plan the number of people"),
                    ("simulate", "let robots take part"),
                    ("ask", "ask a machine behind an endpoint"),
                    ("notify", "send a notice"),
                ],
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="AttackSearch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "level",
                    models.PositiveIntegerField(help_text="Number of the level that is attacked."),
                ),
                (
                    "terms",
                    models.JSONField(help_text="Recipe that is to be beaten, other networks, seed."),
                ),
                (
                    "recipes",
                    models.PositiveIntegerField(help_text="Most recipes to try, the study's own among them."),
                ),
                (
                    "cpu_seconds",
                    models.FloatField(help_text="Most processor time of all its calls together."),
                ),
                (
                    "record",
                    models.JSONField(help_text="Every trial that has ended, and what it took.", null=True),
                ),
                (
                    "summary",
                    models.JSONField(help_text="What was found; blank until it has ended.", null=True),
                ),
                (
                    "job",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attack_search",
                        to="pipeline.job",
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attack_searches",
                        to="study.study",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "attack searches",
                "ordering": ["level"],
                "constraints": [
                    models.UniqueConstraint(fields=("study", "level"), name="one_search_per_level")
                ],
            },
        ),
        migrations.AlterModelOptions(
            name="attackerrun",
            options={"ordering": ["trained_through", "round", "architecture", "recipe", "seed"]},
        ),
        migrations.AddField(
            model_name="attackerrun",
            name="recipe",
            field=models.CharField(
                blank=True,
                default="",
                help_text="Name of a recipe that a search found; blank: the study's own.",
                max_length=12,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="attackerrun",
            name="searched",
            field=models.JSONField(help_text="That recipe, and how it was found.", null=True),
        ),
        migrations.RemoveConstraint(model_name="attackerrun", name="one_run_per_recipe"),
        migrations.AddConstraint(
            model_name="attackerrun",
            constraint=models.UniqueConstraint(
                fields=(
                    "study",
                    "role",
                    "architecture",
                    "seed",
                    "trained_through",
                    "round",
                    "recipe",
                ),
                name="one_run_per_recipe",
            ),
        ),
    ]
