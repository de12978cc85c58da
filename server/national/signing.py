"""The node's signature under what it sends down: Ed25519 (RFC 8032), so that a line or a copy cannot change a setting."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from config.network import Bundle


class Signed(msgspec.Struct, frozen=True):
    """A bundle as it travels: `payload` is its JSON, byte for byte what `signature` (hex) covers."""

    revision: int
    payload: str
    signature: str


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What a server gets for its code: who it is, the credential, the node's key; perhaps its first plan (TOML) and settings."""

    centre: str
    secret: str
    key: str = ""
    plan: str = ""
    bundle: Signed | None = None


class Forged(ValueError):
    """The signature is not the node's."""


def load_key(path: Path) -> Ed25519PrivateKey:
    """The node's key; made at the first call, by one of all processes. Whoever has the file speaks for the network."""
    if not path.exists():
        _make_key(path)
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text("ascii").strip()))


def _make_key(path: Path) -> None:
    """Whole or not at all; where another process was quicker, its key is the node's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(Ed25519PrivateKey.generate().private_bytes_raw().hex())
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(fresh, path)
    fresh.unlink()


def public(key: Ed25519PrivateKey) -> str:
    """What centres check with, as hex."""
    return key.public_key().public_bytes_raw().hex()


def sign(bundle: Bundle, key: Ed25519PrivateKey) -> Signed:
    """The bundle with the node's signature."""
    payload = msgspec.json.encode(bundle, order="deterministic")
    return Signed(bundle.revision, payload.decode(), key.sign(payload).hex())


def opened(signed: Signed, key: str) -> Bundle:
    """The bundle of a signed message; Forged where the signature is not of this key, ValueError for another shape."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signed.signature), signed.payload.encode())
    except (InvalidSignature, ValueError):
        raise Forged("the signature of the bundle is not the node's") from None
    try:
        bundle = msgspec.json.decode(signed.payload, type=Bundle)
    except msgspec.MsgspecError as error:
        raise ValueError(f"bundle {signed.revision}: {error}") from None
    if bundle.revision != signed.revision:
        raise Forged("the bundle is not of the revision that it is sent as")
    return bundle
