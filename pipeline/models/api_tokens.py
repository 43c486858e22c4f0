"""Tokens by which scripts act for a researcher; only their hashes are stored."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def valid_at(self, now: datetime) -> ApiTokenQuerySet:
        """Keep tokens that open the API now: neither revoked nor expired, of people who may log in."""
        alive = Q(revoked_at=None) & Q(expires_at__gt=now)
        return self.filter(alive, user__is_active=True, user__is_staff=True)


class ApiToken(models.Model):
    """One token: whose, what for, what it may, until when."""

    class Scope(models.TextChoices):
        READ = "read", "read: looks at studies and takes their files"
        WORK = "work", "work: does what its researcher may do"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80, help_text="What it is for, such as a notebook or a server.")
    scope = models.CharField(max_length=4, choices=Scope, default=Scope.READ)
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the token.")
    begins = models.CharField(max_length=12, help_text="Its first characters, to know it by.")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.begins}... of {self.user}"
