"""What makes a local broker ask who comes: TLS, users with passwords, rights.

The broker of a `Guard` has one listener, SASL_SSL with SCRAM-SHA-512. Its certificate is signed by
an authority that is made for it and that nobody else trusts, and is good for 127.0.0.1 alone. Who
has no right may do nothing (StandardAuthorizer); the owner may do all, and gives others theirs.
"""

import os
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import IO, ClassVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tiendo_local import ports
from tiendo_runtime.clock import SystemClock

_VALID = timedelta(days=30)
# The controller is inside of the broker's process: whoever speaks to it is the broker, unnamed.
_PROPERTIES = """\
listener.security.protocol.map=SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT
sasl.enabled.mechanisms=SCRAM-SHA-512
sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=\
org.apache.kafka.common.security.scram.ScramLoginModule required \
username="{owner}" password="{password}";
ssl.keystore.type=PEM
ssl.keystore.location={identity}
ssl.truststore.type=PEM
ssl.truststore.location={ca}
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:{owner};User:ANONYMOUS
"""


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate authority of a moment: it signs, and its certificate stands in `ca`."""

    ca: Path
    _name: x509.Name
    _key: ec.EllipticCurvePrivateKey

    @classmethod
    def make(cls, folder: Path, name: str = "ca") -> "Authority":
        """Make an authority whose certificate is written to `<name>.pem` in a folder."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Tien Do local {name}")])
        usage = x509.KeyUsage(
            digital_signature=True,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=True,
            crl_sign=True,
            encipher_only=False,
            decipher_only=False,
        )
        certificate = (
            _begin(subject, subject, key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage, critical=True)
            .sign(key, hashes.SHA256())
        )
        ca = folder / f"{name}.pem"
        ca.write_bytes(certificate.public_bytes(Encoding.PEM))
        return cls(ca, subject, key)

    def identify(self, path: Path) -> Path:
        """Write a key and its signed certificate for a server on the loopback address."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tien Do local server")])
        names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(ports.HOST))])
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        certificate = (
            _begin(subject, self._name, key)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(names, critical=False)
            .add_extension(issuer, critical=False)
            .sign(self._key, hashes.SHA256())
        )
        with private(path) as file:
            text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            file.write((text + certificate.public_bytes(Encoding.PEM)).decode())
        return path


@dataclass(frozen=True)
class Guard:
    """The users of a broker, and what it shows to prove itself.

    Attributes:
        ca: Certificate (PEM) of the authority by which clients trust the broker.
        passwords: Each user's.
    """

    LISTENER: ClassVar[str] = "SASL_SSL"
    MECHANISM: ClassVar[str] = "SCRAM-SHA-512"
    OWNER: ClassVar[str] = "owner"

    ca: Path
    passwords: dict[str, str] = field(repr=False)
    _identity: Path = field(repr=False)

    @classmethod
    def make(cls, folder: Path, users: Collection[str]) -> "Guard":
        """Make an authority, the broker's certificate, and a password for each user."""
        authority = Authority.make(folder)
        passwords = {user: secrets.token_urlsafe(18) for user in (cls.OWNER, *users)}
        return cls(authority.ca, passwords, authority.identify(folder / "broker.pem"))

    def users_option(self) -> list[str]:
        """How Kafka's storage tool is told of the users."""
        return [
            option
            for user, password in self.passwords.items()
            for option in ("--add-scram", f"{self.MECHANISM}=[name={user},password={password}]")
        ]

    def properties(self) -> str:
        """What the broker's own properties are followed by."""
        return _PROPERTIES.format(
            owner=self.OWNER,
            password=self.passwords[self.OWNER],
            identity=self._identity,
            ca=self.ca,
        )


def _begin(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now = SystemClock().now()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + _VALID)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def private(path: Path) -> IO[str]:
    """Open a file to write, readable by its owner alone."""
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w")
