"""Passkeys (WebAuthn level 2): what a browser is asked to do, and what its answer proves.

Pure: no table, no request. What an answer must fit is the site's own name and addresses, from its
settings, and a challenge that the server kept; nothing that a request says of itself. No
attestation is asked for: whoever enrols has just proved both factors, and which make of key an
office buys is its own affair.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlsplit

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    parse_attestation_object,
    parse_authentication_credential_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AttestationFormat,
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from forum.core.settings import Settings

#: A credential's identifier is no longer (WebAuthn, section 4), so neither is what stands for it.
_LONGEST_ID: Final = 1023
_LONGEST_ANSWER: Final = 20_000
_TIMEOUT: Final = 5 * 60 * 1000
_PORTS: Final = {"https": 443, "http": 80}
#: What comes of reading something that no browser made.
_NONSENSE: Final = (WebAuthnException, ValueError, TypeError, LookupError, RecursionError)


@dataclass(frozen=True)
class Site:
    """This site as a browser's authenticator knows it (the relying party)."""

    id: str
    name: str
    #: Where its pages may lie: its address, and other names below it that it answers to.
    origins: tuple[str, ...]

    @classmethod
    def of(cls, settings: Settings) -> "Site":
        """That of the settings."""
        base = urlsplit(settings.base_url)
        host = (base.hostname or "").lower()
        port = "" if base.port in (None, _PORTS.get(base.scheme)) else f":{base.port}"
        others = [name.lower() for name in settings.extra_hosts]
        names = [host, *(name for name in others if name.endswith("." + host))]
        origins = tuple(f"{base.scheme}://{name}{port}" for name in names)
        return cls(host, settings.site_name, origins)


@dataclass(frozen=True)
class Owner:
    """Who enrols, as the browser shows it when a passkey is chosen."""

    #: Random, the same for all passkeys of a member: it names nobody.
    handle: str
    address: str
    name: str


@dataclass(frozen=True)
class Known:
    """A passkey that the server has already."""

    credential_id: str
    transports: tuple[str, ...]


@dataclass(frozen=True)
class Enrolled:
    """A passkey just made."""

    credential_id: str
    public_key: bytes
    sign_count: int
    aaguid: str
    transports: tuple[str, ...]
    verified_user: bool


@dataclass(frozen=True)
class Signed:
    """What a right answer says: the count of the authenticator, and whether it knew its user."""

    sign_count: int
    verified_user: bool


def creation_options(
    site: Site, challenge: str, owner: Owner, known: Sequence[Known], *, must_verify: bool
) -> str:
    """What `navigator.credentials.create` takes, as JSON; `known` are not made again."""
    options = generate_registration_options(
        rp_id=site.id,
        rp_name=site.name,
        user_id=base64url_to_bytes(owner.handle),
        user_name=owner.address,
        user_display_name=owner.name,
        challenge=base64url_to_bytes(challenge),
        timeout=_TIMEOUT,
        exclude_credentials=_described(known),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=_verification(must_verify),
        ),
    )
    return options_to_json(options)


def request_options(
    site: Site, challenge: str, known: Sequence[Known] = (), *, must_verify: bool
) -> str:
    """What `navigator.credentials.get` takes, as JSON; without `known`, any passkey of the site."""
    options = generate_authentication_options(
        rp_id=site.id,
        challenge=base64url_to_bytes(challenge),
        timeout=_TIMEOUT,
        allow_credentials=_described(known),
        user_verification=_verification(must_verify),
    )
    return options_to_json(options)


def enrolled(site: Site, challenge: str, answer: str, *, must_verify: bool) -> Enrolled | None:
    """The passkey that a browser made on these terms; None if the answer proves nothing."""
    try:
        credential = _readable(answer) and parse_registration_credential_json(answer)
        if not isinstance(credential, RegistrationCredential) or not _is_unattested(credential):
            return None
        found = verify_registration_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.id,
            expected_origin=list(site.origins),
            require_user_verification=must_verify,
        )
    except _NONSENSE:
        return None
    if found.credential_id != credential.raw_id or len(found.credential_id) > _LONGEST_ID:
        return None
    transports = credential.response.transports or []
    return Enrolled(
        credential_id=bytes_to_base64url(found.credential_id),
        public_key=found.credential_public_key,
        sign_count=found.sign_count,
        aaguid=found.aaguid,
        transports=tuple(transport.value for transport in transports),
        verified_user=found.user_verified,
    )


def _is_unattested(credential: RegistrationCredential) -> bool:
    """Without a certificate of the maker, which nobody asked for and nobody would check."""
    attestation = parse_attestation_object(credential.response.attestation_object)
    return attestation.fmt in (AttestationFormat.NONE, AttestationFormat.PACKED) and not (
        attestation.att_stmt.x5c
    )


class Why(StrEnum):
    """Why an answer was not accepted."""

    #: Too late, or sent before.
    STALE = "stale"
    #: No passkey of this account, or of any that can be used.
    UNKNOWN = "unknown"
    #: It signs something else, or for another address, or cannot be read.
    WRONG = "wrong"
    #: Its device did not make sure who held it.
    UNVERIFIED = "unverified"
    #: Its device counts less than it did: there may be two of it.
    COPY = "copy"
    #: It was added before.
    ALREADY = "already"


@dataclass(frozen=True)
class Answer:
    """What a browser says when it was asked to prove a passkey; nothing of it is checked yet."""

    credential_id: str
    #: Whose passkey the authenticator says it is; one that keeps no list of accounts does not say.
    handle: str | None
    credential: AuthenticationCredential


def answered(answer: str) -> Answer | None:
    """The answer as far as it can be read; None if it cannot."""
    try:
        found: Any = _readable(answer) and parse_authentication_credential_json(answer)
    except _NONSENSE:
        return None
    if not isinstance(found, AuthenticationCredential) or len(found.raw_id) > _LONGEST_ID:
        return None
    handle = found.response.user_handle
    return Answer(
        credential_id=bytes_to_base64url(found.raw_id),
        handle=bytes_to_base64url(handle) if handle else None,
        credential=found,
    )


def signed(site: Site, challenge: str, answer: Answer, public_key: bytes) -> Signed | None:
    """What the answer proves, if the passkey with that key signed this challenge on this site.

    The count is compared by the caller, who keeps the last one: a copied passkey is told apart from
    one that signed nothing.
    """
    try:
        found = verify_authentication_response(
            credential=answer.credential,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.id,
            expected_origin=list(site.origins),
            credential_public_key=public_key,
            credential_current_sign_count=0,
        )
    except _NONSENSE:
        return None
    return Signed(found.new_sign_count, found.user_verified)


def _readable(answer: str) -> bool:
    return 0 < len(answer) <= _LONGEST_ANSWER


def _verification(must_verify: bool) -> UserVerificationRequirement:
    wanted = UserVerificationRequirement
    return wanted.REQUIRED if must_verify else wanted.PREFERRED


def _described(known: Sequence[Known]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=base64url_to_bytes(one.credential_id),
            transports=[AuthenticatorTransport(name) for name in one.transports],
        )
        for one in known
    ]
