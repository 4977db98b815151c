"""Addresses of reorganizations."""

from django.urls import path

from temis.restructuring import views

app_name = "restructuring"
urlpatterns = [
    path("", views.reorganization_list, name="list"),
    path("new/", views.new, name="new"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/steps/", views.add_step, name="add_step"),
    path("<int:pk>/steps/list/", views.add_steps, name="add_steps"),
    path("<int:pk>/steps/<int:step_id>/remove/", views.remove_step, name="remove_step"),
    path("<int:pk>/preview/", views.preview, name="preview"),
    path("<int:pk>/apply/", views.apply, name="apply"),
    path("<int:pk>/undo/", views.undo, name="undo"),
]
