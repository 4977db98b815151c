"""Addresses of following and reminding."""

from django.urls import path

from temis.following.views import exports, people, progress, reminding

app_name = "following"
urlpatterns = [
    path("", progress.index, name="progress"),
    path("reminders/", reminding.reminder_rules, name="rules"),
    path("<int:period_pk>/<int:body_pk>/", progress.body, name="body"),
    path("<int:period_pk>/<int:body_pk>/people/", people.people, name="people"),
    path("exports/<str:name>", exports.exported, name="exported"),
    path("<int:period_pk>/<int:body_pk>/export/", exports.export, name="export"),
    path("<int:period_pk>/<int:body_pk>/remind/", reminding.remind, name="remind"),
    path("<int:period_pk>/groups/<int:group_pk>/", progress.group, name="group_body"),
    path("<int:period_pk>/groups/<int:group_pk>/people/", people.group_people, name="group_people"),
    path("<int:period_pk>/groups/<int:group_pk>/remind/", reminding.remind_group, name="group_remind"),
]
