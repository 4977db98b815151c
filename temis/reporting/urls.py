"""Addresses of reports. Those of the desk need a login, all others are public."""

from django.urls import path

from temis.reporting.views import data, desk, life, overview, public, receipts, sending, words

app_name = "reporting"
_VERSION = "desk/<int:report>/v<int:number>/"
urlpatterns = [
    path("desk/", desk.report_list, name="list"),
    path("desk/overview/", overview.overview, name="overview"),
    path("desk/mine/", desk.mine, name="mine"),
    path("desk/extract/", life.extract, name="extract"),
    path("desk/recipients/", sending.recipients, name="recipients"),
    path("desk/recipients/new/", sending.recipient_new, name="recipient_new"),
    path("desk/recipients/<int:pk>/", sending.recipient, name="recipient"),
    path("desk/settings/", data.settings_page, name="settings"),
    path("desk/settings/templates/", data.load_template, name="load_template"),
    path("desk/settings/<int:year>/", data.deadlines, name="deadlines"),
    path(_VERSION, desk.version, name="version"),
    path(f"{_VERSION}tables/", desk.tables, name="tables"),
    path(f"{_VERSION}differences/", desk.differences, name="differences"),
    path(f"{_VERSION}words/", words.words, name="words"),
    path(f"{_VERSION}words/narrative/", words.narrative, name="narrative"),
    path(f"{_VERSION}files/<str:name>", desk.download, name="download"),
    path(f"{_VERSION}sending/", sending.sending, name="sending"),
    path(f"{_VERSION}freeze/", life.freeze, name="freeze"),
    path(f"{_VERSION}submit/", life.submit, name="submit"),
    path(f"{_VERSION}withdraw/", life.withdraw, name="withdraw"),
    path(f"{_VERSION}approve/", life.approve, name="approve"),
    path(f"{_VERSION}return/", life.return_, name="return"),
    path(f"{_VERSION}publish/", life.publish, name="publish"),
    path(f"{_VERSION}scan/", life.scan, name="scan"),
    path(f"{_VERSION}send/", sending.send, name="send"),
    path("desk/dispatches/<int:pk>/resend/", sending.resend, name="resend"),
    path("received/<str:token>/", receipts.received, name="received"),
    path("received/<str:token>/<str:name>", receipts.received_file, name="received_file"),
    path("", public.index, name="public"),
    path("feed/", public.feed, name="feed"),
    path("<slug:slug>/<int:year>/", public.public_report, name="public_report"),
    path("<slug:slug>/<int:year>/v<int:number>/", public.public_version, name="public_version"),
    path("<slug:slug>/<int:year>/v<int:number>/<str:name>", public.public_file, name="public_file"),
]
