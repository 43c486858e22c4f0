"""The demonstration's study, its files and its login."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model

from pipeline.crops.levels import add_levels
from study.models import Study
from study.models.studies import LevelFamily
from study.tokens import new_code

SHARES = (1.0, 0.8, 0.5, 0.35)  # of the player, whose joints come with the drawn photos
SEEDS = 3
DESIGN = {"seeds": SEEDS, "attacker_preset": "quick", "level_family": LevelFamily.SUBJECT, "pilot": True}


@dataclass(frozen=True)
class Login:
    """Name and password of the demo's researcher."""

    name: str
    password: str


def demo_directory() -> Path:
    """Return the folder of the demo's files."""
    directory = Path(settings.SWEETSPOT_VAR) / "demo"
    directory.mkdir(parents=True, exist_ok=True)
    return directory


def ensure_login() -> Login:
    """Return the login of the demo's researcher; its password is drawn once, into var/demo/login.json."""
    path = demo_directory() / "login.json"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(json.dumps({"name": "demo", "password": f"{new_code()}-{new_code()}"}))
    login = Login(**json.loads(path.read_text()))
    users = get_user_model()
    if not users.objects.filter(username=login.name).exists():
        users.objects.create_superuser(login.name, password=login.password)
    return login


def ensure_study(photos: Path | None) -> Study:
    """Return the demo's study: one for the drawn photos, one for each folder of photos."""
    if photos is None:
        code, name = "demo", "Demo: drawn basketball photos"
    else:
        folder = hashlib.sha256(str(photos.resolve()).encode()).hexdigest()[:8]
        code, name = f"demo-{folder}", f"Demo: photos in {photos.name}"
    owner = get_user_model().objects.get(username=ensure_login().name)
    new = {**DESIGN, "name": name, "owner": owner}
    study, created = Study.objects.get_or_create(code=code, defaults=new)
    if created:
        add_levels(study, SHARES)
    return study
