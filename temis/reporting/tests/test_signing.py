"""A signed report verifies with poppler's `pdfsig`, independent of the library that signs."""

import shutil
import subprocess

import pytest
from pyhanko.sign import signers
from pyhanko.sign.timestamps import DummyTimeStamper

from temis.reporting.demo_key import MARK, make_demo_key, read_root
from temis.reporting.render import pdf
from temis.reporting.signing import Signer, SigningKeyError, describe_signatures, sign_pdf
from temis.reporting.tests.documents import document


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    return make_demo_key(tmp_path_factory.mktemp("key"), password="thử")


@pytest.fixture(scope="module")
def signer(key):
    return Signer.from_pkcs12(key.pkcs12, key.password)


@pytest.fixture(scope="module")
def printed(fonts):
    return pdf.render(document(tables=document().tables[:2]))


def signed(printed, signer, **options):
    return sign_pdf(
        printed.content,
        signer,
        reason="Công bố báo cáo TEMIS",
        location="Hậu Giang",
        name="Trần Văn Khánh",
        box=printed.signature_box,
        **options,
    )


@pytest.fixture(scope="module")
def signed_report(printed, signer):
    return signed(printed, signer)


def flipped(content: bytes) -> bytes:
    """One byte of the signed title changed, the structure of the file left alone."""
    place = content.index(b"/Title")
    return content[: place + 14] + bytes([content[place + 14] ^ 1]) + content[place + 15 :]


def pdfsig(content: bytes, folder) -> str:
    if not shutil.which("pdfsig"):
        pytest.skip("pdfsig (poppler-utils) is not installed")
    path = folder / "report.pdf"
    path.write_bytes(content)
    run = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=False)
    return run.stdout


def test_pdfsig_finds_signature_valid(signed_report, tmp_path):
    report = pdfsig(signed_report, tmp_path)

    assert "Signature Validation: Signature is Valid." in report
    assert "Signature Type: ETSI.CAdES.detached" in report
    assert "Total document signed" in report


def test_pdfsig_finds_flipped_byte(signed_report, tmp_path):
    assert "Signature Validation: Digest Mismatch." in pdfsig(flipped(signed_report), tmp_path)


def test_description_of_signature_names_holder_and_trust(signed_report, key):
    (info,) = describe_signatures(signed_report, [read_root(key.root)])

    assert (info.intact, info.trusted, info.stamped_at) == (True, True, None)
    assert MARK in info.holder
    assert (info.reason, info.location) == ("Công bố báo cáo TEMIS", "Hậu Giang")


def test_signature_of_unknown_authority_is_intact_but_not_trusted(signed_report):
    (info,) = describe_signatures(signed_report)
    assert (info.intact, info.trusted) == (True, False)


def test_flipped_byte_is_not_intact(signed_report, key):
    (info,) = describe_signatures(flipped(signed_report), [read_root(key.root)])
    assert (info.intact, info.trusted) == (False, False)


def test_unsigned_report_has_no_signature(printed):
    assert describe_signatures(printed.content) == []


def test_time_stamp_is_kept(printed, signer, key):
    stamper = DummyTimeStamper(
        tsa_cert=signer.signing_cert, tsa_key=_private_key(key), certs_to_embed=signer.cert_registry
    )
    (info,) = describe_signatures(signed(printed, signer, stamper=stamper), [read_root(key.root)])

    assert info.intact
    assert info.stamped_at is not None


def _private_key(key):
    return signers.SimpleSigner.load_pkcs12(key.pkcs12, passphrase=key.password.encode()).signing_key


def test_wrong_password_is_refused(key):
    with pytest.raises(SigningKeyError):
        Signer.from_pkcs12(key.pkcs12, "sai")


def test_demo_key_is_made_once(key):
    before = key.pkcs12.read_bytes()
    again = make_demo_key(key.pkcs12.parent, password=key.password)
    assert again.pkcs12.read_bytes() == before
    assert key.pkcs12.stat().st_mode & 0o077 == 0
