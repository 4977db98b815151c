"""Addresses of the import pages: the same ones for each kind, under that kind's permission."""

from collections.abc import Callable
from functools import partial, update_wrapper
from typing import Any

from django.urls import URLPattern, include, path

from temis.core.http import by_method, reads, writes
from temis.exchange import views
from temis.exchange.columns import PERMISSIONS
from temis.exchange.enums import Kind

app_name = "exchange"


def _of_kind(kind: Kind) -> list[URLPattern]:
    permission = PERMISSIONS[kind]

    def bound(view: Callable[..., Any], **more: Any) -> Callable[..., Any]:
        return update_wrapper(partial(view, kind=kind, **more), view)

    def read(view: Callable[..., Any], **more: Any) -> Callable[..., Any]:
        return reads(permission)(bound(view, **more))

    def write(view: Callable[..., Any]) -> Callable[..., Any]:
        return writes(permission)(bound(view))

    only_results = [path("<int:pk>/evidence/", write(views.evidence), name="evidence")] if kind == Kind.RESULTS else []
    return [
        *only_results,
        path("", by_method(get=read(views.new), post=write(views.upload)), name="new"),
        path("blank.xlsx", read(views.blank), name="blank"),
        path("<int:pk>/", read(views.batch), name="batch"),
        path("<int:pk>/state/", read(views.state), name="state"),
        path("<int:pk>/cell/", write(views.cell), name="cell"),
        path("<int:pk>/replace/", write(views.replace), name="replace"),
        path("<int:pk>/load/", write(views.load), name="load"),
        path("<int:pk>/undo/", write(views.undo), name="undo"),
        path("<int:pk>/discard/", write(views.discard), name="discard"),
        path("<int:pk>/restart/", write(views.restart), name="restart"),
        path("<int:pk>/copy.xlsx", read(views.copy, suffix="xlsx"), name="copy_xlsx"),
        path("<int:pk>/copy.csv", read(views.copy, suffix="csv"), name="copy_csv"),
    ]


urlpatterns = [
    path("", views.index, name="list"),
    *(path(f"{kind}/", include((_of_kind(kind), str(kind)))) for kind in Kind),
]
