"""Addresses of the decision and of what follows; part of `urls`."""

from django.urls import include, path

from temis.appraisals.views import decision, decision_table, objection, result

_decisions = [
    path("", decision_table.table, name="decisions"),
    path("accept/", decision_table.accept, name="accept"),
    path("announce/", decision_table.announce, name="announce"),
    path("retract/", decision.retract, name="retract"),
    path("<int:pk>/", decision.decide, name="decide"),
    path("<int:pk>/preview/", decision.preview, name="decision_preview"),
    path("<int:pk>/draft/", decision.save_draft, name="decision_draft"),
    path("<int:pk>/row/", decision_table.save_row, name="decision_row"),
    path("<int:pk>/early/", decision.early, name="decide_early"),
    path("<int:pk>/objection/", objection.answer, name="answer"),
]
_results = [
    path("", result.results, name="results"),
    path("<int:pk>/", result.result, name="result"),
    path("<int:pk>/acknowledge/", result.acknowledge, name="acknowledge"),
    path("<int:pk>/objection/", result.objection, name="object"),
]

urlpatterns = [
    path("school/", decision_table.table, name="school"),
    path("decisions/", include(_decisions)),
    path("results/", include(_results)),
    path("appraisals/<int:pk>/", result.record, name="record"),
]
