from django.urls import path

from temis.standards import views

app_name = "standards"
urlpatterns = [
    path("", views.edition_list, name="list"),
    path("<path:code>/try/", views.try_classification, name="try"),  # a code holds a slash: GVPT-20/2018
    path("<path:code>/", views.edition_detail, name="detail"),
]
