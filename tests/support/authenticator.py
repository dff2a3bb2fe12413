"""A device that keeps passkeys, and the browser that asks it: written from the standard (WebAuthn
level 2), not with what the site uses to check it."""

import base64
import hashlib
import json
import os
import struct
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

_PRESENT, _VERIFIED, _ATTESTED = 1, 4, 64


def text(value: bytes) -> str:
    """As JSON carries bytes."""
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def plain(value: str) -> bytes:
    """What JSON carried."""
    return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))


def cbor(value: Any) -> bytes:
    """As much of RFC 8949 as a passkey needs."""
    if isinstance(value, bool):
        raise TypeError(value)
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        return _head(3, len(value.encode())) + value.encode()
    items = b"".join(cbor(key) + cbor(one) for key, one in value.items())
    return _head(5, len(value)) + items


def _head(kind: int, number: int) -> bytes:
    if number < 24:
        return bytes([kind << 5 | number])
    if number < 256:
        return bytes([kind << 5 | 24, number])
    return bytes([kind << 5 | 25]) + number.to_bytes(2, "big")


@dataclass
class Kept:
    """One passkey in the device."""

    id: bytes
    key: ec.EllipticCurvePrivateKey
    handle: str


@dataclass
class Authenticator:
    """`origin`: the page at which its owner believes to be."""

    origin: str = "http://localhost"
    #: It asks for a PIN, a finger or a face.
    verifies: bool = True
    #: What it says next; None: it does not count, and says 0.
    count: int | None = 1
    kept: list[Kept] = field(default_factory=list)

    def create(self, options: dict[str, Any], again: Kept | None = None) -> str:
        """A new passkey, as the browser's script hands it on; `again`: one that is there already."""
        made = again or self._made(options["user"]["id"])
        numbers = made.key.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
        key = cbor({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        data = self._data(options["rp"]["id"], _ATTESTED)
        data += bytes(16) + struct.pack(">H", len(made.id)) + made.id + key
        response = {
            "clientDataJSON": self._client_data("webauthn.create", options),
            "attestationObject": text(cbor({"fmt": "none", "attStmt": {}, "authData": data})),
            "transports": ["internal", "something new"],
        }
        return self._said(made, response)

    def _made(self, handle: str) -> Kept:
        self.kept.append(Kept(os.urandom(16), ec.generate_private_key(ec.SECP256R1()), handle))
        return self.kept[-1]

    def get(self, options: dict[str, Any], **changed: Any) -> str:
        """What it signs: by a passkey that is allowed, or the newest where any is."""
        allowed = [one["id"] for one in options["allowCredentials"]]
        fitting = [one for one in self.kept if not allowed or text(one.id) in allowed]
        return self.sign(fitting[-1], options, **changed)

    def sign(self, used: Kept, options: dict[str, Any], **changed: Any) -> str:
        """What it signs with that passkey, allowed or not."""
        data = self._data(options["rpId"], 0)
        client_data = self._client_data("webauthn.get", options)
        signed = data + hashlib.sha256(plain(client_data)).digest()
        response = {
            "clientDataJSON": client_data,
            "authenticatorData": text(data),
            "signature": text(used.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
            "userHandle": used.handle,
            **changed,
        }
        return self._said(used, response)

    def _data(self, site: str, flags: int) -> bytes:
        flags |= _PRESENT | (_VERIFIED if self.verifies else 0)
        count = self.count or 0
        if self.count is not None:
            self.count += 1
        return hashlib.sha256(site.encode()).digest() + struct.pack(">BI", flags, count)

    def _client_data(self, kind: str, options: dict[str, Any]) -> str:
        told = {
            "type": kind,
            "challenge": options["challenge"],
            "origin": self.origin,
            "crossOrigin": False,
        }
        return text(json.dumps(told).encode())

    @staticmethod
    def _said(used: Kept, response: dict[str, Any]) -> str:
        return json.dumps(
            {
                "id": text(used.id),
                "rawId": text(used.id),
                "type": "public-key",
                "authenticatorAttachment": "platform",
                "clientExtensionResults": {},
                "response": response,
            }
        )
