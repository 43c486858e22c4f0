"""Fill a site with a million answers and the photos of a large study: `python -m` this, with its settings."""

from __future__ import annotations

import os
from pathlib import Path

import django

PHOTOS, PHOTO_BYTES = 1_000, 1_000_000


def main() -> None:
    django.setup()
    from django.conf import settings

    from pipeline.analysis.freezing import freeze_with_machine
    from tests.pipeline.answered import add_run
    from tests.pipeline.exports.dataset.million_trials import TRIALS, answer_all
    from tests.study.factories import NOW, draft_study

    study = draft_study(test_photos=70, validation_photos=30, trials_per_person=TRIALS, catch_share=0.1)
    for level in study.levels.all():
        add_run(study, level.number, seed=0, skill=0.5)
    answer_all(freeze_with_machine(study, NOW))
    photos = Path(settings.MEDIA_ROOT) / "items"
    photos.mkdir(parents=True)
    for number in range(PHOTOS):
        (photos / f"{number}.jpg").write_bytes(os.urandom(PHOTO_BYTES))


if __name__ == "__main__":
    main()
