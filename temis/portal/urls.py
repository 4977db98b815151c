"""Addresses of the portal."""

from django.urls import path

from temis.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("help/", views.help_page, name="help"),
    path("gallery/", views.gallery, name="gallery"),
    path("language/", views.language, name="language"),
]
