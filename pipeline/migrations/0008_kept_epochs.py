from __future__ import annotations

from typing import Any

from django.db import migrations


def mark_the_kept_epoch(apps: Any, _schema_editor: Any) -> None:
    """Say of each finished run which epoch it kept: the most accurate one then, the one of least loss now."""
    for run in apps.get_model("pipeline", "AttackerRun").objects.exclude(history=[]).iterator():
        finished = [one for one in run.history if "validation_loss" in one]
        if finished:
            best = max(finished, key=lambda one: (one["validation_accuracy"], -one["validation_loss"]))
            run.history = [{**one, "kept": one is best} for one in run.history]
            run.save(update_fields=["history"])


class Migration(migrations.Migration):
    dependencies = [("pipeline", "0007_sides_as_begun")]

    operations = [migrations.RunPython(mark_the_kept_epoch, migrations.RunPython.noop)]
