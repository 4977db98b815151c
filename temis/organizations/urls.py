"""Addresses of bodies."""

from django.urls import path

from temis.organizations import views

app_name = "organizations"
urlpatterns = [
    path("", views.organization_list, name="list"),
    path("suggestions/", views.suggestions, name="suggestions"),
    path("<int:pk>/", views.organization_detail, name="detail"),
    path("<int:pk>/new/", views.new, name="new"),
    path("<int:pk>/describe/", views.describe, name="describe"),
]
