"""The URL map; each domain keeps its own list."""

from django.urls import include, path

urlpatterns = [
    path("", include("temis.portal.urls")),
]
