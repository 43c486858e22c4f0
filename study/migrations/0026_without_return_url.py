# The way back is a setting of recruitment now: 0025 moved it.

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("study", "0025_recruitment")]

    operations = [migrations.RemoveField(model_name="study", name="return_url")]
