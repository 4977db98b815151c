"""Addresses of the line; the page of the line itself stands at every address."""

from django.urls import path

from temis.admission import views

app_name = "admission"
urlpatterns = [path("", views.show, name="line")]
