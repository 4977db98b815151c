"""With which key the installation signs: one PKCS#12 file, or a folder with one for each body.

`TEMIS_SIGNING_KEY` names the file, or the folder with `<code of the body>.p12`; the password is
`TEMIS_SIGNING_PASSWORD`, in a folder the content of `<code of the body>.password` where that file exists.
"""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from temis.core.errors import RuleViolation
from temis.reporting.signing import Signer, SigningKeyError


@dataclass(frozen=True, slots=True)
class KeyPlace:
    path: Path
    password: str


def key_place(body_code: str) -> KeyPlace | None:
    """Where the key of a body is; None where none is configured or the file is not there."""
    configured: Path | None = settings.SIGNING_KEY
    if configured is None:
        return None
    if not configured.is_dir():
        return KeyPlace(configured, settings.SIGNING_PASSWORD) if configured.is_file() else None
    path = configured / f"{body_code}.p12"
    own = path.with_suffix(".password")
    password = own.read_text(encoding="utf-8").strip() if own.is_file() else settings.SIGNING_PASSWORD
    return KeyPlace(path, password) if path.is_file() else None


def signer_of(body_code: str) -> Signer | None:
    """The signer of a body; RuleViolation RPT-11 where its key cannot be used."""
    place = key_place(body_code)
    if place is None:
        return None
    try:
        return Signer.from_pkcs12(place.path, place.password)
    except (SigningKeyError, OSError) as error:
        message = _("Không dùng được khóa ký số đã cấu hình (sai mật khẩu hoặc tệp hỏng). Báo quản trị hệ thống.")
        raise RuleViolation("RPT-11", message) from error
