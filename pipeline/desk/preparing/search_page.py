"""Page of searches for a stronger attack: each level, what a search would take, and what was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from attacker.search.search_budget import MOST_RECIPES, Budget
from pipeline.attacks.strongest import accuracy_in
from pipeline.datasets import levels_there_are
from pipeline.desk.access import own_study, powers
from pipeline.models import Job
from pipeline.searches.asked_searches import (
    MOST_MINUTES,
    SearchPrice,
    SearchRefusedError,
    ask_for,
    budget_of,
    price_of,
)
from pipeline.searches.search_standing import AttackedLevel, SearchStanding, attacked_levels
from pipeline.standing.job_lines import silence_of
from pipeline.standing.remaining_time import in_words, time_left
from study.models import Study

RECIPES, CPU_MINUTES = 16, 240
_SECONDS_PER_HOUR = 3600


class SearchForm(forms.Form):
    """Which level is searched, and within which budget."""

    level = forms.TypedChoiceField(label="Level to attack", coerce=int)
    recipes = forms.IntegerField(
        label="Recipes to try, at most",
        min_value=2,
        max_value=MOST_RECIPES,
        initial=RECIPES,
        help_text="The study's own is the first of them. With the same number, any computer tries the same.",
    )
    cpu_minutes = forms.FloatField(
        label="Processor time, at most, in minutes",
        min_value=0.1,
        max_value=MOST_MINUTES,
        initial=CPU_MINUTES,
        help_text="Of all processors together, and of all calls: the search ends with what is done by then.",
    )

    def __init__(self, study: Study, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"label_suffix": ""} | kwargs))
        levels: Any = self.fields["level"]
        levels.choices = [(number, f"level {number}") for number in levels_there_are(study)]

    @property
    def budget(self) -> Budget:
        """What the search may use up."""
        return budget_of(self.cleaned_data["recipes"], self.cleaned_data["cpu_minutes"])


@dataclass(frozen=True)
class ShownLevel:
    """A level in the table and in its panel.

    Attributes
    ----------
    attacked : the level, with its search
    left : how long that still takes; empty while nothing tells, or none runs
    silence : for how long its worker has left no sign, and what follows; empty while it does
    offer : the budget that is proposed
    took : processor time of what was found; empty until the search has ended
    """

    attacked: AttackedLevel
    left: str
    silence: str
    offer: dict[str, float]
    took: str


@require_http_methods(["GET", "HEAD", "POST"])
@staff_member_required
def searches(request: HttpRequest, code: str) -> HttpResponse:
    """Say what a search would take, let a worker search, and show what was found."""
    study = own_study(request, code)
    form = SearchForm(study, (request.POST or request.GET) or None)
    if request.method == "POST" and form.is_valid():
        level = form.cleaned_data["level"]
        try:
            ask_for(request.user, study, level, form.budget)
        except SearchRefusedError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"A worker searches for a stronger attack on level {level}.")
            return redirect("pipeline:searches", code=code)
    return render(request, "pipeline/searches.html", _context(request, study, form))


def _context(request: HttpRequest, study: Study, form: SearchForm) -> dict[str, Any]:
    levels = attacked_levels(study)
    wished = form.is_bound and form.is_valid()
    return {
        "study": study,
        "levels": [_shown(level) for level in levels],
        "in_questions": accuracy_in(study.task) is not None,
        "polling": any(level.standing and level.standing.is_running for level in levels),
        "form": form,
        "wished": form.cleaned_data if wished else None,
        "price": _in_words(price_of(study, form.cleaned_data["level"], form.budget)) if wished else None,
        "title": f"Searches for a stronger attack: {study.name}",
        **powers(request, study),
    }


def _offer(standing: SearchStanding | None) -> dict[str, float]:
    """Return the budget that is proposed: once a search has ended twice its own, after a stop the same."""
    if standing is None:
        return {"recipes": RECIPES, "cpu_minutes": CPU_MINUTES}
    times = 2 if standing.search.job.state == Job.State.SUCCEEDED else 1
    recipes, minutes = standing.search.recipes, standing.search.cpu_seconds / 60
    return {
        "recipes": min(times * recipes, MOST_RECIPES),
        "cpu_minutes": min(times * minutes, MOST_MINUTES),
    }


def _shown(level: AttackedLevel) -> ShownLevel:
    """Return a level; where its worker leaves no sign, no time is told."""
    left = silence = ""
    if level.standing and level.standing.is_running:
        job: Any = Job.objects.annotate(read_at=Now()).get(pk=level.standing.search.job_id)
        silence = silence_of(job, job.read_at)
        left = "" if silence else time_left(job, {}, job.read_at)
    outcome = level.standing.outcome if level.standing else None
    took = in_words(outcome.cpu_hours * _SECONDS_PER_HOUR) if outcome else ""
    return ShownLevel(level, left, silence, _offer(level.standing), took)


def _in_words(price: SearchPrice) -> dict[str, Any]:
    return {
        "trainings": price.trainings,
        "each": None if price.each is None else in_words(price.each),
        "search": None if price.seconds is None else in_words(price.seconds),
        "after": None if price.seconds_after is None else in_words(price.seconds_after),
        "seeds": price.seeds,
    }
