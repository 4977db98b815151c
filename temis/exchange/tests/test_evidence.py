"""Evidence of imported results: a ZIP whose folders are the persons' codes."""

import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from temis.appraisals.models import EvidenceUse
from temis.evidence.models import EvidenceItem, StoredFile
from temis.exchange.evidence import attach, place_of
from temis.exchange.models import ImportBatch
from temis.exchange.readers import FileRefused
from temis.exchange.tests.importing import import_results
from temis.exchange.tests.test_results import result
from temis.exchange.undo import undo_records
from tests.cast import act

PDF = b"%PDF-1.4\n" + b"minh chung " * 20


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    """Files of a test stay in its own folder."""
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "storage"},
        }
    }


@pytest.fixture
def batch(cast, tmp_path):
    summary = import_results(tmp_path, result(Ngày_đánh_giá="20/07/2020"), result("93005"))
    return ImportBatch.objects.get(pk=summary.batch)


def pack(tmp_path, files, **options):
    path = tmp_path / "minh-chung.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def take(batch, path):
    return attach(batch, path, lambda *_arguments: None)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("93004/Giáo án.pdf", ("93004", None)),
        ("93004/TC5/Giáo án.pdf", ("93004", 5)),
        ("93004/tc 05/Giáo án.pdf", ("93004", 5)),
        ("93004/TC12 Giáo án.pdf", ("93004", 12)),
        ("Minh chứng 2020/93004/TC5/Giáo án.pdf", ("93004", 5)),
        ("93004/TC123.pdf", ("93004", None)),
    ],
)
def test_folder_says_whose_and_for_which_criterion(name, expected):
    place = place_of(name)

    assert (place.code, place.criterion) == expected


def test_files_go_into_the_portfolios_and_support_their_criterion(cast, batch, tmp_path):
    done = take(
        batch,
        pack(tmp_path, {"93004/TC5/Giáo án.pdf": PDF, "93004/Biên bản.pdf": PDF + b"2", "93005/TC5 Giáo án.pdf": PDF}),
    )

    items = EvidenceItem.objects.order_by("person__code", "title").values_list("person__code", "title", "criteria")
    uses = EvidenceUse.objects.order_by("item__person__code").values_list(
        "item__person__code", "criterion", "item__title"
    )
    assert (done.added, done.known, done.refused) == (3, 0, [])
    assert list(items) == [("93004", "Biên bản", []), ("93004", "Giáo án", [5]), ("93005", "TC5 Giáo án", [5])]
    assert list(uses) == [("93004", 5, "Giáo án"), ("93005", 5, "TC5 Giáo án")]
    assert StoredFile.objects.count() == 2


def test_same_archive_twice_changes_nothing(batch, tmp_path):
    path = pack(tmp_path, {"93004/TC5/Giáo án.pdf": PDF})
    take(batch, path)

    again = take(batch, path)

    assert (again.added, again.known) == (0, 1)
    assert (EvidenceItem.objects.count(), EvidenceUse.objects.count()) == (1, 1)


def test_files_that_cannot_be_taken_are_named_and_the_others_taken(cast, batch, tmp_path, settings):
    settings.EVIDENCE_FILE_BYTES = 1000
    files = {
        "93004/tot.pdf": PDF,
        "93004/lon.pdf": PDF * 10,
        "93004/chay.exe": b"MZ" + bytes(100),
        "93004/rong.pdf": b"",
        "93004/TC99/x.pdf": PDF + b"9",
        "95002/nguoi-khac.pdf": PDF,
        "khong-thu-muc.pdf": PDF,
        "../../93004/thoat.pdf": PDF,
    }

    done = take(batch, pack(tmp_path, files))

    assert done.added == 1
    assert [name for name, _reason in done.refused] == [name for name in files if name != "93004/tot.pdf"]
    assert EvidenceItem.objects.values_list("person__code", "title").get() == ("93004", "tot")
    assert not EvidenceItem.objects.filter(person=cast.teacher_b).exists()


def _bomb(tmp_path):
    return pack(tmp_path, {"93004/bom.pdf": b"%PDF-" + b"0" * 300_000_000})


def _locked(tmp_path):
    path = pack(tmp_path, {"93004/a.pdf": PDF})
    data = bytearray(path.read_bytes())
    central = data.find(b"PK\x01\x02")
    data[6] |= 1
    data[central + 8] |= 1
    path.write_bytes(bytes(data))
    return path


def _truncated(tmp_path):
    path = pack(tmp_path, {"93004/a.pdf": PDF})
    path.write_bytes(path.read_bytes()[:-30])
    return path


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (_bomb, "bất thường"),
        (_locked, "mật khẩu"),
        (_truncated, "bị hỏng"),
        (lambda folder: pack(folder, {}), "không có tệp nào"),
    ],
)
def test_archive_that_is_no_good_is_refused_as_a_whole(batch, tmp_path, make, said):
    with pytest.raises(FileRefused, match=said):
        take(batch, make(tmp_path))


def test_undo_of_the_results_takes_their_evidence_back(batch, tmp_path):
    take(batch, pack(tmp_path, {"93004/TC5/Giáo án.pdf": PDF}))

    undo_records(ImportBatch.objects.get(pk=batch.pk))

    assert (EvidenceItem.objects.count(), EvidenceUse.objects.count()) == (0, 0)


@pytest.mark.parametrize(("given", "said"), [(None, "Chọn tệp .zip"), (b"MZ", "phải là một tệp .zip")])
def test_archive_that_cannot_be_taken_is_told_at_its_field(client, cast, batch, given, said):
    scope = act(client, cast, "province_officer")
    ImportBatch.objects.filter(pk=batch.pk).update(organization=scope.unit_id)
    files = {} if given is None else {"file": SimpleUploadedFile("a.zip", given)}

    answer = client.post(reverse("exchange:results:evidence", args=[batch.pk]), files)

    assert (answer.status_code, said in answer.context["evidence_error"]) == (422, True)
    assert answer.context["evidence_error"] in answer.content.decode()
