"""Addresses of no domain: long work, and whether the system is up."""

from django.urls import path

from temis.core import views

app_name = "core"
urlpatterns = [
    path("jobs/<int:pk>/", views.job, name="job"),
    path("health/", views.health, name="health"),
    path("health/live/", views.live, name="live"),
    path("robots.txt", views.robots, name="robots"),
]
