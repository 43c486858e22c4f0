"""Photos of the block that was handed out: which files tokens lead to, and how large each is to look."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from study.models import Stimulus, StudyVersion, Tile, Trial
from study.plan import plan_of
from study.sessions.errors import NotFoundError
from study.sessions.serving import PLAYING
from study.statements.prepared_sql import PreparedQuery


def photos_of(token: str, photos: Sequence[str]) -> tuple[list[Stimulus], int]:
    """Return the stimuli behind tokens, and the size in bytes to pad each of their files to.

    A token is that of a trial, of the second of its two photos, or of a tile.

    Raises
    ------
    NotFoundError
        If one is of another session, of a later block or of a closed trial, or the session has ended.
    """
    showing = Trial.objects.filter(
        session__token=token, session__status__in=PLAYING, served_at__isnull=False, response_status=""
    )
    tiles = Tile.objects.filter(token__in=photos, trial__in=showing).select_related("stimulus")
    stimuli = _of_trials(showing, photos) or {tile.token: tile.stimulus for tile in tiles}
    if not stimuli.keys() >= set(photos):
        raise NotFoundError
    return [stimuli[photo] for photo in photos], plan_of(VERSIONS(token)[0]).photo_bytes


def _of_trials(showing: QuerySet[Trial], photos: Sequence[str]) -> dict[str, Stimulus]:
    columns = ("token", "beside_token", "stimulus_place", "stimulus__image", "beside__image")
    trials = showing.filter(stimulus__isnull=False).select_related("stimulus", "beside").only(*columns)
    asked = trials.filter(Q(token__in=photos) | Q(beside_token__in=photos))
    return dict(pair for trial in asked for pair in zip(trial.photo_tokens, trial.photos, strict=True))


VERSIONS = PreparedQuery(
    lambda token: StudyVersion.of_any_stage.filter(participants__session__token=token).only(
        "config_hash", "renumbered_by"
    ),
    str,
)
