"""Addresses of notices."""

from django.urls import path

from temis.messaging import views

app_name = "messaging"
urlpatterns = [
    path("", views.notices, name="notices"),
    path("read/", views.read_all, name="read_all"),
]
