"""Groups that come with the product: what an account may do at all; a study's roles say with which studies."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations

READ = [
    *("study.view_study", "study.view_item", "study.view_stimulus", "study.view_studyversion"),
    *("study.view_participant", "study.view_session", "study.view_trial"),
    *("study.view_level", "study.view_category", "study.view_recruitment", "study.view_translatedtexts"),
    *("pipeline.view_job", "pipeline.view_attackerrun", "pipeline.view_loop", "pipeline.view_loopentry"),
    *("pipeline.view_analysis", "pipeline.view_check"),
]
WORK = [
    *("study.add_study", "study.change_study", "study.delete_study"),
    *("study.add_level", "study.change_level", "study.delete_level", "study.change_category"),
    *("study.add_recruitment", "study.change_recruitment", "study.delete_recruitment"),
    *("study.add_translatedtexts", "study.change_translatedtexts", "study.delete_translatedtexts"),
    *("study.change_item", "study.change_stimulus", "pipeline.change_job", "pipeline.add_attackerrun"),
]
GROUPS = {
    "Readers": READ,
    "Researchers": [*READ, *WORK],
    "Payers": ["study.view_externalidentity"],  # who participants are on their recruitment platform
}


def add_groups(apps: Any, _schema_editor: Any) -> None:
    """Create the groups, and the permissions that Django makes only after the last migration."""
    for label in ("study", "pipeline"):
        config = apps.get_app_config(label)
        models = getattr(config, "models_module", None)  # historical ones have none
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = models
    permissions = apps.get_model("auth", "Permission").objects.all()
    for name, wanted in GROUPS.items():
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        for permission in wanted:
            label, codename = permission.split(".")
            group.permissions.add(permissions.get(content_type__app_label=label, codename=codename))


class Migration(migrations.Migration):
    dependencies = [
        ("pipeline", "0017_power_plan"),
        ("study", "0036_members"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [migrations.RunPython(add_groups, migrations.RunPython.noop)]
