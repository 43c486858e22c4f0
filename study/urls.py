"""Addresses of the study app."""

from django.urls import URLPattern

app_name = "study"
urlpatterns: list[URLPattern] = []
