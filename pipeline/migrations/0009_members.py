from __future__ import annotations

from typing import Any

from django.db import migrations


def name_the_members(apps: Any, _schema_editor: Any) -> None:
    """Say of each average which architectures it is of: those that were trained for its seed and round."""
    runs = apps.get_model("pipeline", "AttackerRun").objects
    for one in runs.filter(architecture="ensemble", job__finished_at__isnull=False).select_related(
        "study", "job"
    ):
        same = {
            "study": one.study,
            "seed": one.seed,
            "trained_through": one.trained_through,
            "round": one.round,
        }
        of_study = runs.filter(**same, role="attack", architecture__in=one.study.architectures)
        trained = of_study.filter(job__state="succeeded", job__finished_at__lte=one.job.finished_at)
        one.config = {"members": sorted(trained.values_list("architecture", flat=True))}
        one.save(update_fields=["config"])


class Migration(migrations.Migration):
    dependencies = [("pipeline", "0008_kept_epochs")]

    operations = [migrations.RunPython(name_the_members, migrations.RunPython.noop)]
