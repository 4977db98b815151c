"""Addresses of notices and of the mail that goes out."""

from django.urls import path

from temis.messaging import views

app_name = "messaging"
urlpatterns = [
    path("", views.notices, name="notices"),
    path("read/", views.read_all, name="read_all"),
    path("<int:pk>/read/", views.read, name="read"),
    path("channel/", views.choose_channel, name="choose_channel"),
    path("mail/", views.mails, name="mails"),
    path("mail/<int:pk>/resend/", views.resend, name="resend"),
    path("mail/resend/", views.resend_failed, name="resend_failed"),
]
