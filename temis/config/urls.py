"""The URL map; each domain keeps its own list."""

from django.conf import settings
from django.urls import include, path

handler500 = "temis.core.views.failure"
urlpatterns = [
    path("accounts/", include("temis.accounts.urls")),
    path("admission/", include("temis.admission.urls")),
    path("", include("temis.people.urls")),
    path("organizations/", include("temis.organizations.urls")),
    path("reorganizations/", include("temis.restructuring.urls")),
    path("notices/", include("temis.messaging.urls")),
    path("standards/", include("temis.standards.urls")),
    path("evidence/", include("temis.evidence.urls")),
    path("", include("temis.appraisals.urls")),
    path("opinions/", include("temis.opinions.urls")),
    path("progress/", include("temis.following.urls")),
    path("imports/", include("temis.exchange.urls")),
    path("reports/", include("temis.reporting.urls")),
    path("", include("temis.core.urls")),
    path("", include("temis.portal.urls")),
]

if settings.DEMO:
    urlpatterns = [path("demo/", include("temis.demo.urls")), *urlpatterns]
