"""Addresses of the opinion domain."""

from django.urls import path

from temis.opinions.views import giving, progress

app_name = "opinions"
urlpatterns = [
    path("", giving.own_requests, name="list"),
    path("colleagues/<int:pk>/", giving.colleague, name="colleague"),
    path("managers/<int:pk>/", giving.manager, name="manager"),
    path("progress/", progress.who_is_missing, name="progress"),
    path("progress/remind/", progress.remind, name="remind"),
    path("close/", progress.close, name="close"),
]
