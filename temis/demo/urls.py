"""Addresses of the demo."""

from django.urls import path

from temis.demo import views

app_name = "demo"
urlpatterns = [path("", views.logins, name="logins")]
