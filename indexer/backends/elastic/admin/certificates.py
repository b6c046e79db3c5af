"""TLS certificates for an Elasticsearch of one's own: a small authority, and what it signs."""

import os
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY = "ca.pem"
CERTIFICATE = "elasticsearch.pem"
KEY = "elasticsearch.key"
LASTS = timedelta(days=1825)
RENEWED_BEFORE = timedelta(days=60)
"""How long before its end a certificate is made again."""


def provide_certificates(folder: Path, names: list[str], now: datetime) -> bool:
    """Write an authority's certificate, and a certificate and key for a server with these names or
    addresses.

    What is there stays while it is good for `RENEWED_BEFORE` more and has all the names; returns
    whether it was made. The authority's own key is not kept: nothing else can ever be signed with
    it.
    """
    if _lasts(folder / CERTIFICATE, names, now + RENEWED_BEFORE):
        return False
    folder.mkdir(parents=True, exist_ok=True)
    authority_key = ec.generate_private_key(ec.SECP256R1())
    key = ec.generate_private_key(ec.SECP256R1())
    authority = _authority(authority_key, now)
    certificate = _server(authority, authority_key, key, names, now)
    _write(folder / AUTHORITY, authority.public_bytes(serialization.Encoding.PEM), 0o644)
    # The certificate last: it is what tells the next run that all is there.
    _write(folder / KEY, _pem(key), 0o600)
    _write(folder / CERTIFICATE, certificate.public_bytes(serialization.Encoding.PEM), 0o644)
    return True


def _lasts(file: Path, names: list[str], until: datetime) -> bool:
    try:
        certificate = x509.load_pem_x509_certificate(file.read_bytes())
    except (FileNotFoundError, ValueError):
        return False
    named = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return certificate.not_valid_after_utc > until and set(named) >= set(_names(names))


def _authority(key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Veille's Elasticsearch")])
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    signed = _dated(name, name, key.public_key(), now)
    signed = signed.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    signed = signed.add_extension(usage, critical=True)
    signed = signed.add_extension(
        x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
    )
    return signed.sign(key, hashes.SHA256())


def _server(
    authority: x509.Certificate,
    authority_key: ec.EllipticCurvePrivateKey,
    key: ec.EllipticCurvePrivateKey,
    names: list[str],
    now: datetime,
) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    signed = _dated(name, authority.subject, key.public_key(), now)
    signed = signed.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    signed = signed.add_extension(x509.SubjectAlternativeName(_names(names)), critical=False)
    signed = signed.add_extension(
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
    )
    signed = signed.add_extension(issuer, critical=False)
    return signed.sign(authority_key, hashes.SHA256())


def _dated(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime
) -> x509.CertificateBuilder:
    built = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    # A clock that is a little behind must not find it too young.
    begins = now - timedelta(hours=1)
    return (
        built.serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(now + LASTS)
    )


def _names(names: list[str]) -> list[x509.GeneralName]:
    return [_name(name) for name in names]


def _name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())


def _write(file: Path, content: bytes, mode: int) -> None:
    temporary = file.with_suffix(".new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(content)
    temporary.replace(file)
