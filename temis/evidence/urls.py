"""Addresses of the own portfolio."""

from django.urls import path

from temis.evidence.views import items

app_name = "evidence"
urlpatterns = [
    path("", items.portfolio, name="list"),
    path("new/", items.add, name="add"),
    path("<int:pk>/", items.show, name="item"),
    path("<int:pk>/edit/", items.edit, name="edit"),
    path("<int:pk>/archive/", items.archive, name="archive"),
    path("<int:pk>/restore/", items.restore, name="restore"),
    path("<int:pk>/file/", items.download, name="file"),
    path("<int:pk>/preview/", items.preview, name="preview"),
    path("<int:pk>/picture/", items.picture, name="picture"),
]
