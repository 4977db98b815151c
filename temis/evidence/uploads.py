"""Uploads that are too large are dropped while they arrive, not after they have filled the disk."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from temis.core.errors import RuleViolation
from temis.evidence import rules

View = Callable[..., HttpResponseBase]


class _Limit(FileUploadHandler):
    """Stops at the limit of one file; the rest of it is read and thrown away, so that what else was typed in the form
    stays and the answer arrives."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self._received += len(raw_data)
        if self._received > settings.EVIDENCE_FILE_BYTES:
            self.request.upload_is_too_large = True  # type: ignore[union-attr]
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def limited_upload(view: View) -> View:
    """For a view that takes a file. The limit has to stand before the token of the form is looked for, because that
    reads the request."""
    protected = csrf_protect(view)

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.upload_handlers.insert(0, _Limit(request))
        return protected(request, *args, **kwargs)

    return csrf_exempt(wrapper)


def check_upload(request: HttpRequest) -> None:
    """EVD-02. Tell that the file was dropped for its size."""
    if getattr(request, "upload_is_too_large", False):
        raise RuleViolation("EVD-02", rules.too_large(settings.EVIDENCE_FILE_BYTES), field="file")
