"""Digital signature of a printed report: PAdES, with a key of the body, and what a signature says."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from asn1crypto import x509
from cryptography import x509 as cx509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature
from pyhanko.stamp import NoOpStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from temis.reporting.render.pdf import SignatureBox

SigningKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
FIELD = "TEMIS"


class SigningKeyError(ValueError):
    """The key file cannot be used: wrong password, no key in it, or a kind of key that is not RSA or EC."""


class Signer(signers.Signer):
    """Signs with a key held in memory; pyHanko's own signer reads the key anew for each signature."""

    def __init__(
        self, key: SigningKey, certificate: cx509.Certificate, chain: Iterable[cx509.Certificate] = ()
    ) -> None:
        registry = SimpleCertificateStore.from_certs([_plain(other) for other in chain])
        super().__init__(signing_cert=_plain(certificate), cert_registry=registry)
        self._key = key

    @classmethod
    def from_pkcs12(cls, path: Path, password: str) -> "Signer":
        try:
            key, certificate, chain = pkcs12.load_key_and_certificates(path.read_bytes(), password.encode())
        except ValueError as error:
            raise SigningKeyError(str(error)) from error
        if certificate is None:
            raise SigningKeyError("no certificate")
        return cls(_usable(key), certificate, chain)

    @classmethod
    def from_pem(cls, key_path: Path, certificate_path: Path, password: str | None = None) -> "Signer":
        """The certificate file holds the signer's certificate first, then those of its issuers."""
        try:
            secret = password.encode() if password else None
            key = serialization.load_pem_private_key(key_path.read_bytes(), secret)
            certificate, *chain = cx509.load_pem_x509_certificates(certificate_path.read_bytes())
        except (ValueError, TypeError) as error:
            raise SigningKeyError(str(error)) from error
        return cls(_usable(key), certificate, chain)

    @property
    def holder(self) -> str:
        return str(self.signing_cert.subject.native.get("common_name", "")) if self.signing_cert else ""

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        digest: hashes.HashAlgorithm = getattr(hashes, digest_algorithm.upper())()
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, padding.PKCS1v15(), digest)
        return self._key.sign(data, ec.ECDSA(digest))


def _usable(key: object) -> SigningKey:
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise SigningKeyError(type(key).__name__)
    return key


def _plain(certificate: cx509.Certificate) -> x509.Certificate:
    return x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def time_stamper(url: str | None) -> TimeStamper | None:
    """A time stamp authority by its address; without one the signature carries the signer's own clock."""
    return HTTPTimeStamper(url) if url else None


def sign_pdf(
    pdf: bytes,
    signer: Signer,
    *,
    reason: str,
    location: str,
    name: str,
    box: SignatureBox,
    stamper: TimeStamper | None = None,
) -> bytes:
    """PAdES-B (B-T with a time stamp). The page shows the words; the field lies over them, without a look."""
    corners = (round(box.left), round(box.bottom), round(box.right), round(box.top))
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        reason=reason,
        location=location,
        name=name,
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    pdf_signer = signers.PdfSigner(
        metadata,
        signer,
        timestamper=stamper,
        stamp_style=NoOpStampStyle(),
        new_field_spec=SigFieldSpec(FIELD, on_page=box.page, box=corners, empty_field_appearance=True),
    )
    return pdf_signer.sign_pdf(writer).getvalue()


@dataclass(frozen=True, slots=True)
class SignatureInfo:
    """`intact`: the bytes are those that were signed, by this key, and nothing was added after the signature.

    `trusted`: intact, and the certificate leads to one of the given roots. `stamped_at` is the word of a time stamp
    authority, `signed_at` only the signer's clock.
    """

    holder: str
    issuer: str
    reason: str
    location: str
    signed_at: datetime | None
    stamped_at: datetime | None
    intact: bool
    trusted: bool
    fingerprint: str


def describe_signatures(pdf: bytes, roots: Iterable[cx509.Certificate] = ()) -> list[SignatureInfo]:
    """What the signatures in a file say; none for an unsigned file. No network is asked."""
    trust = [_plain(root) for root in roots]
    try:
        signatures = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures
        return [_describe(signature, trust) for signature in signatures]
    except PdfError:
        return []


def _describe(signature: EmbeddedPdfSignature, trust: list[x509.Certificate]) -> SignatureInfo:
    context = ValidationContext(trust_roots=trust, allow_fetching=False)
    status = validate_pdf_signature(signature, signer_validation_context=context)
    certificate, entries = signature.signer_cert, signature.sig_object
    stamp = status.timestamp_validity
    return SignatureInfo(
        holder=certificate.subject.native.get("common_name", ""),
        issuer=certificate.issuer.native.get("common_name", ""),
        reason=str(entries.get("/Reason", "")),
        location=str(entries.get("/Location", "")),
        signed_at=signature.self_reported_timestamp,
        stamped_at=stamp.timestamp if stamp else None,
        intact=status.intact and status.valid and bool(status.docmdp_ok),
        trusted=status.trusted,
        fingerprint=certificate.sha256.hex(),
    )
