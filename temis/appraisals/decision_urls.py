"""Addresses of the decision and of what follows; part of `urls`."""

from django.urls import include, path

from temis.appraisals.views import decision, decision_bulk, decision_row, decision_table, objection, prints, result

_decisions = [
    path("", decision_table.table, name="decisions"),
    path("accept/", decision_bulk.accept, name="accept"),
    path("announce/", decision_bulk.announce, name="announce"),
    path("retract/", decision.retract, name="retract"),
    path("<int:pk>/", decision.decide, name="decide"),
    path("<int:pk>/preview/", decision.preview, name="decision_preview"),
    path("<int:pk>/draft/", decision.save_draft, name="decision_draft"),
    path("<int:pk>/row/", decision_row.save_row, name="decision_row"),
    path("<int:pk>/early/", decision.early, name="decide_early"),
    path("<int:pk>/objection/", objection.answer, name="answer"),
]
_results = [
    path("", result.results, name="results"),
    path("<int:pk>/", result.result, name="result"),
    path("<int:pk>/acknowledge/", result.acknowledge, name="acknowledge"),
    path("<int:pk>/objection/", result.objection, name="object"),
    path("<int:pk>/forms/<slug:kind>/", prints.own_form, name="own_form"),
]
_forms = [
    path("opinion/<int:pk>/", prints.blank_opinion, name="blank_opinion"),
    path("<int:period_pk>/groups/<int:group_pk>/", prints.group_summary, name="group_summary"),
    path("<int:period_pk>/decisions/<slug:subject>/", prints.head_summary, name="head_summary"),
    path("<int:period_pk>/school/", prints.print_school, name="print_school"),
    path("files/<str:name>", prints.printed, name="printed"),
]

urlpatterns = [
    path("school/", decision_table.table, name="school"),
    path("decisions/", include(_decisions)),
    path("results/", include(_results)),
    path("forms/", include(_forms)),
    path("appraisals/<int:pk>/", result.record, name="record"),
    path("appraisals/<int:pk>/forms/<slug:kind>/", prints.form_of, name="form_of"),
]
