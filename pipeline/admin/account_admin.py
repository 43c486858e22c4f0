"""Admin of accounts: who has a second factor, and its reset for who has lost it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from pipeline.accounts.second_factor import remove

# Their pages would show keys and hand out factors: people set up their own, administrators remove them.
admin.site.unregister([TOTPDevice, StaticDevice, User])
NAMES = ("username", "email", "first_name", "last_name", "is_staff")  # as Django lists accounts


@admin.register(User)
class AccountAdmin(UserAdmin):  # type: ignore[type-arg]
    """Django's own pages about accounts, with their second factors."""

    list_display = (*NAMES, "has_second_factor")
    actions = ("reset_second_factor",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        own = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
        accounts: QuerySet[User] = super().get_queryset(request).annotate(second_factor=Exists(own))
        return accounts

    @admin.display(boolean=True, description="second factor")
    def has_second_factor(self, account: Any) -> bool:
        """Tell whether codes are asked for at login."""
        return bool(account.second_factor)

    @admin.action(permissions=["change"], description="Reset the second factor of selected users")
    def reset_second_factor(self, request: HttpRequest, accounts: QuerySet[User]) -> None:
        """Let passwords alone log in until another factor is set up."""
        how = f"{request.user.get_username()} reset the second factor"
        reset = [account.get_username() for account in accounts if remove(account, request.user, how)]
        if reset:
            messages.success(request, f"Reset for {', '.join(reset)}: their passwords alone log in now.")
        else:
            messages.warning(request, "None of them has a second factor.")
