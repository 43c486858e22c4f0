from __future__ import annotations

from typing import Any

from django.db import migrations


def keep_the_side(apps: Any, _schema_editor: Any) -> None:
    """Let a study that has trained go on at the side it began with: 0 stood for 224 once.

    Networks that were trained at different sides were at their own, which 0 stands for now.
    """
    study_model = apps.get_model("study", "Study")
    for study in study_model.objects.filter(attacker_runs__isnull=False, image_size=0).distinct():
        configs = study.attacker_runs.values_list("config", flat=True)
        sides = {config["image_size"] for config in configs if config.get("image_size")}
        if len(sides) == 1:
            study_model.objects.filter(pk=study.pk).update(image_size=sides.pop())


class Migration(migrations.Migration):
    dependencies = [("pipeline", "0006_longer_reasons"), ("study", "0014_image_size")]

    operations = [migrations.RunPython(keep_the_side, migrations.RunPython.noop)]
