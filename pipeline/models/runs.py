"""Attacker runs, their predictions, and the searches for stronger ones."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from django.db import models
from django.utils.translation import gettext_lazy as _

from pipeline.models.jobs import Job
from pipeline.models.run_records import EnsembleConfig, EpochRecord, SearchedRecipe, SearchSummary
from study.models import Category, Stimulus, Study

ENSEMBLE = "ensemble"  # the "architecture" of a run that averages the others of its seed and round


class AttackerRunQuerySet(models.QuerySet["AttackerRun"]):
    def trained(self) -> AttackerRunQuerySet:
        """Keep runs whose training has succeeded."""
        return self.filter(job__state=Job.State.SUCCEEDED)

    def attackers(self) -> AttackerRunQuerySet:
        """Keep runs whose accuracy counts; designers only decide where crops are cut."""
        return self.filter(role=AttackerRun.Role.ATTACK)

    def of_the_loop(self, study: Study) -> AttackerRunQuerySet:
        """Keep attackers of the study's own recipe, architectures and seeds; others were queued by hand."""
        architectures = [*study.architectures, ENSEMBLE]
        own = self.attackers().filter(architecture__in=architectures, seed__lt=study.seeds)
        return own.filter(recipe="")

    def designers(self, study: Study) -> AttackerRunQuerySet:
        """Keep designers, which decide where crops are cut, of the study's present first architecture."""
        return self.filter(role=AttackerRun.Role.DESIGN, architecture=study.architectures[0])

    def networks(self) -> AttackerRunQuerySet:
        """Keep runs with weights of their own; ensembles only average the answers of these."""
        return self.exclude(architecture=ENSEMBLE)


class AttackerRun(models.Model):
    """One training of one network with one seed, on levels 0 to `trained_through`; or an ensemble of such."""

    class Role(models.TextChoices):
        ATTACK = "attack", _("attacker")
        DESIGN = "design", _("designer of crops")

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="attacker_runs")
    job = models.OneToOneField(Job, on_delete=models.CASCADE, related_name="run")
    role = models.CharField(max_length=10, choices=Role)
    architecture = models.CharField(max_length=80)
    seed = models.PositiveIntegerField()
    trained_through = models.PositiveIntegerField(help_text="Heaviest level among its training photos.")
    round = models.PositiveIntegerField(default=1, help_text="Retraining round at this level.")
    recipe = models.CharField(
        max_length=12, blank=True, help_text="Name of a recipe that a search found; blank: the study's own."
    )
    searched = models.JSONField(null=True, help_text="That recipe, and how it was found.")
    warm_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    config = models.JSONField(default=dict)
    history = models.JSONField(default=list, help_text="One report per epoch.")
    directory = models.CharField(max_length=255, blank=True, help_text="Checkpoint folder below media.")
    files = models.JSONField(default=dict, help_text="SHA-256 by name, where the store has no paths.")
    checkpoint_sha256 = models.CharField(max_length=64, blank=True)
    validation_accuracy = models.FloatField(null=True, help_text="Balanced accuracy at its own level.")
    corrected_accuracy = models.FloatField(
        null=True, help_text="The same with class offsets refitted on other validation photos."
    )
    offsets = models.JSONField(default=list, help_text="Class offsets of the logits, refitted on validation.")
    calibration_error = models.FloatField(null=True)
    device = models.CharField(max_length=120, blank=True)
    seconds = models.FloatField(null=True)

    objects = AttackerRunQuerySet.as_manager()

    class Meta:
        ordering = ["trained_through", "round", "architecture", "recipe", "seed"]
        constraints = [
            models.UniqueConstraint(
                fields=["study", "role", "architecture", "seed", "trained_through", "round", "recipe"],
                name="one_run_per_recipe",
            )
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_ensemble(self) -> bool:
        return self.architecture == ENSEMBLE

    @property
    def best_epoch(self) -> str:
        """The epoch whose weights are kept, as its stage and number; empty for ensembles."""
        return next((f"{epoch.stage} {epoch.epoch}" for epoch in self.epochs if epoch.kept), "")

    @property
    def epochs(self) -> list[EpochRecord]:
        """The stored history, one record per epoch."""
        return msgspec.convert(self.history, list[EpochRecord])

    @property
    def searched_recipe(self) -> SearchedRecipe | None:
        """The recipe of its own that a search found for it; None where it has the study's."""
        return msgspec.convert(self.searched, SearchedRecipe | None)

    def averages(self, architectures: Iterable[str]) -> bool:
        """Return whether this run is an ensemble of just these architectures."""
        return msgspec.convert(self.config, EnsembleConfig).members == sorted(architectures)

    def members(self) -> AttackerRunQuerySet:
        """Return the networks whose answers an ensemble averages."""
        same = {"seed": self.seed, "trained_through": self.trained_through, "round": self.round}
        runs = AttackerRun.objects.filter(study=self.study, **same).of_the_loop(self.study).trained()
        return runs.networks().order_by("architecture")

    @property
    def label(self) -> str:
        again = f" round {self.round}" if self.round > 1 else ""
        own = f", recipe {self.recipe} of a search" if self.recipe else ""
        return (
            f"{self.architecture} seed {self.seed}, {self.role}, levels 0-{self.trained_through}{again}{own}"
        )


class Prediction(models.Model):
    """One network's answer to one stimulus: the machine's trial."""

    run = models.ForeignKey(AttackerRun, on_delete=models.CASCADE, related_name="predictions")
    stimulus = models.ForeignKey(Stimulus, on_delete=models.CASCADE, related_name="predictions")
    logits = models.JSONField(help_text="One per class, in the classes' order.")
    response = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+")
    correct = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "stimulus"], name="one_prediction_per_stimulus")
        ]

    def __str__(self) -> str:
        return f"{self.run}: {self.response}"


class AttackSearch(models.Model):
    """The search on one level of a study. A larger budget goes on with it, so that nothing is tried twice."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="attack_searches")
    level = models.PositiveIntegerField(help_text="Number of the level that is attacked.")
    job = models.OneToOneField(Job, on_delete=models.CASCADE, related_name="attack_search")
    terms = models.JSONField(help_text="Recipe that is to be beaten, other networks, seed.")
    recipes = models.PositiveIntegerField(help_text="Most recipes to try, the study's own among them.")
    cpu_seconds = models.FloatField(help_text="Most processor time of all its calls together.")
    record = models.JSONField(null=True, help_text="Every trial that has ended, and what it took.")
    summary = models.JSONField(null=True, help_text="What was found; blank until it has ended.")

    class Meta:
        ordering = ["level"]
        verbose_name_plural = "attack searches"
        constraints = [models.UniqueConstraint(fields=["study", "level"], name="one_search_per_level")]

    def __str__(self) -> str:
        return f"search on level {self.level}"

    @property
    def outcome(self) -> SearchSummary | None:
        """What the search found; None until it has ended."""
        return msgspec.convert(self.summary, SearchSummary | None)
