"""A key for trying the digital signature, from an authority made on the spot; it proves nothing."""

# text: data

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

MARK = "TEMIS DEMO - KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"
"""In every name of these certificates: a reader of the signature must see that it has no legal value."""

BITS = 3072
USAGES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
    "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DemoKey:
    """`pkcs12` holds key and chain of the signer, `root` the authority's certificate as PEM."""

    pkcs12: Path
    password: str
    root: Path


def make_demo_key(folder: Path, *, password: str, holder: str = "Sở GDĐT", now: datetime | None = None) -> DemoKey:
    """Makes `demo-signer.p12` and `demo-root.pem` in the folder, or keeps those that are there."""
    made = DemoKey(folder / "demo-signer.p12", password, folder / "demo-root.pem")
    if made.pkcs12.exists() and made.root.exists():
        return made
    folder.mkdir(parents=True, exist_ok=True)
    start = (now or datetime.now(UTC)) - timedelta(days=1)
    root_key, key = _new_key(), _new_key()
    root_name, name = _name("CA"), _name(holder)
    root = _certificate(root_name, root_name, root_key, root_key, start, years=10, usages=("key_cert_sign",))
    signed = ("digital_signature", "content_commitment")
    leaf = _certificate(name, root_name, key, root_key, start, years=3, usages=signed)
    secret = serialization.BestAvailableEncryption(password.encode())
    bundle = pkcs12.serialize_key_and_certificates(MARK.encode(), key, leaf, [root], secret)
    _write(made.pkcs12, bundle)
    _write(made.root, root.public_bytes(serialization.Encoding.PEM))
    return made


def read_root(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _write(path: Path, content: bytes) -> None:
    """Readable by its owner alone from the first moment."""
    path.touch(mode=0o600)
    path.write_bytes(content)


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=BITS)


def _name(role: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, MARK),
            x509.NameAttribute(NameOID.COMMON_NAME, _shortened(f"{role} ({MARK})")),
        ]
    )


def _shortened(name: str) -> str:
    """A name in a certificate has at most 64 bytes; a letter is not cut in two."""
    return name.encode()[:64].decode(errors="ignore")


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: rsa.RSAPrivateKey,
    issuer_key: rsa.RSAPrivateKey,
    start: datetime,
    *,
    years: int,
    usages: Iterable[str],
) -> x509.Certificate:
    is_authority = "key_cert_sign" in usages
    public = key.public_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=365 * years))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**{usage: usage in usages for usage in USAGES}), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(_authority_identifier(issuer_key), critical=False)
    )
    return builder.sign(issuer_key, hashes.SHA256())


def _authority_identifier(key: rsa.RSAPrivateKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
