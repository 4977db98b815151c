"""Addresses of the appraisal domain: one list per subject."""

from django.urls import include, path

from temis.appraisals import decision_urls
from temis.appraisals.views import evidence, participants, periods, self_assessment

app_name = "appraisals"

_periods = [
    path("", periods.index, name="periods"),
    path("new/", periods.add, name="period_add"),
    path("<int:pk>/", periods.show, name="period"),
    path("<int:pk>/edit/", periods.edit, name="period_edit"),
    path("<int:pk>/open/", periods.open_, name="period_open"),
    path("<int:pk>/close/", periods.close, name="period_close"),
    path("<int:pk>/reopen/", periods.reopen, name="period_reopen"),
    path("<int:pk>/dates/", periods.country_dates, name="period_dates"),
    path("<int:pk>/windows/<int:organization_pk>/", periods.body_windows, name="period_windows"),
]
_participants = [
    path("", participants.index, name="participants"),
    path("exclude/", participants.exclude, name="exclude"),
    path("include/", participants.include, name="include"),
    path("early/", participants.early, name="early"),
    path("sync/", participants.sync, name="sync"),
]
_self_assessments = [
    path("", self_assessment.mine, name="mine"),
    path("<int:pk>/", self_assessment.self_assessment, name="self_assessment"),
    path("<int:pk>/explanation/", self_assessment.explanation, name="self_assessment_explanation"),
    path("<int:pk>/check/", self_assessment.check, name="self_assessment_check"),
    path("<int:pk>/submit/", self_assessment.submit, name="self_assessment_submit"),
    path("<int:pk>/withdraw/", self_assessment.withdraw, name="self_assessment_withdraw"),
    path("<int:pk>/criteria/<int:criterion>/evidence/", evidence.evidence, name="self_assessment_evidence"),
]
_evidence = [
    path("", evidence.show, name="evidence"),
    path("file/", evidence.download, name="evidence_file"),
    path("preview/", evidence.preview, name="evidence_preview"),
    path("picture/", evidence.picture, name="evidence_picture"),
]

urlpatterns = [
    path("periods/", include(_periods)),
    path("periods/<int:pk>/participants/", include(_participants)),
    path("self-assessments/", include(_self_assessments)),
    path("", include(decision_urls)),
    path("appraisals/<int:pk>/evidence/<int:item_pk>/", include(_evidence)),
]
