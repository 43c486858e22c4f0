"""The job that takes what a pilot chose: crops are cut anew, photos that nobody could tell are left out."""

from __future__ import annotations

from collections import defaultdict

import msgspec

from pipeline.crops.level_families import window_of
from pipeline.crops.stimuli import take_candidate
from pipeline.pilot.choice import Places
from pipeline.pilot.lots import Lots
from pipeline.pilot.pilot_outcome import decided_by
from pipeline.queue.claims import Claim, Write
from study.freezing.candidates import candidates_of
from study.models import Item, Pilot, Stimulus, Study


def choose_crops(claim: Claim) -> Write:
    """Let every crop show the window that was chosen; files are stored one by one, so a retry goes on.

    Returns a function that marks the dropped photos and stores the outcome.
    """
    study = claim.job.study
    pilot = Pilot.objects.select_related("version").get(version__study=study)
    decided = decided_by(pilot, pilot.decided_by)
    places = decided.places
    lots = Lots.of(decided.questions, places)
    photos = _windows_by_photo(study)
    for number, windows in enumerate(photos):
        _take(windows, places, lots)
        claim.progress((number + 1) / len(photos), f"{number + 1} of {len(photos)} photos")

    def store() -> None:
        for (item, level), place in places.items():
            if place is None:
                crops = Stimulus.objects.filter(item=item, level__study=study, level__number=level)
                crops.update(review=Stimulus.Review.UNCLEAR)
        pilot.outcome = msgspec.to_builtins(decided.outcome)
        pilot.save(update_fields=["outcome"])

    return store


def _windows_by_photo(study: Study) -> list[dict[int, list[Stimulus]]]:
    """Return the windows of each photo, by level from light to heavy."""
    photos: dict[int, dict[int, list[Stimulus]]] = defaultdict(lambda: defaultdict(list))
    for window in candidates_of(study):
        photos[window.item_id][window.level.number].append(window)
    return list(photos.values())


def _take(windows_by_level: dict[int, list[Stimulus]], places: Places, lots: Lots) -> None:
    """Cut one photo anew at every level, and note whether each crop lies inside the next lighter one."""
    before: Stimulus | None = None
    for level, windows in windows_by_level.items():
        item = windows[0].item
        place = places.get((item.pk, level))
        if item.split != Item.Split.TEST:
            place = lots.draw(item.source_sha256, level, item.category.name, len(windows))
        crop = Stimulus.objects.select_related("item", "level").get(item=item, level=windows[0].level)
        if place is not None and not crop.by_hand:
            take_candidate(crop, windows[place])
        if before is not None and crop.nested is not None:
            crop.nested = window_of(before).contains(window_of(crop))
            crop.save(update_fields=["nested"])
        before = crop
