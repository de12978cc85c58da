"""The OpenID provider as the library sees it; blocks, so it is called on native threads. Needs the extra `sso`."""

import time
from collections.abc import Mapping
from typing import Any

from authlib.integrations.base_client.sync_openid import OpenIDMixin
from authlib.integrations.requests_client import OAuth2Session
from requests import Response
from requests.adapters import HTTPAdapter

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""Of an ID token: signed with a key of the provider, never with our own secret or with nothing."""
METADATA_S = 3600

CONNECT_S, READ_S = 1.5, 2.0
ANSWER_MOST = 1024 * 1024
"""Bytes of an answer; metadata and keys have a few thousand."""
_PART = 64 * 1024


class Untrusted(Exception):
    """The provider says something of itself that does not fit the settings."""


class _Bounded(HTTPAdapter):
    """Reads an answer of at most ANSWER_MOST bytes; OSError for a longer one, which would take the server's memory."""

    def send(self, *args: Any, **how: Any) -> Response:
        """As the library's; the answer is read when it returns."""
        answer, said = super().send(*args, **{**how, "stream": True}), bytearray()
        for part in answer.iter_content(_PART):
            said += part
            if len(said) > ANSWER_MOST:
                answer.close()
                raise OSError(f"the provider's answer is larger than {ANSWER_MOST} bytes")
        answer._content = bytes(said)
        return answer


class Provider(OpenIDMixin):  # type: ignore[misc]
    """Metadata is read when it is needed and kept for an hour, so a provider that is away at our start does no harm."""

    def __init__(self, issuer: str, client_id: str, secret: str, back: str) -> None:
        self.client_id = client_id
        self.server_metadata: dict[str, Any] = {}
        self._issuer, self._secret, self._back = issuer.rstrip("/"), secret, back
        self._read = 0.0

    def authorization(self, state: str, nonce: str, verifier: str) -> str:
        """The address of the provider's page for one sign-in, which must ask for the secret: desks are shared."""
        endpoint = self.load_server_metadata()["authorization_endpoint"]
        with self._get_session() as session:
            address, _ = session.create_authorization_url(
                endpoint, state=state, nonce=nonce, code_verifier=verifier, prompt="login", max_age=0
            )  # fmt: skip
        return str(address)

    def claims(self, code: str, issuer: str | None, nonce: str, verifier: str) -> Mapping[str, Any]:
        """What the checked ID token for a code says: signature, issuer, audience, times, nonce; any exception: do not believe."""
        metadata = self.load_server_metadata()
        told = metadata.get("authorization_response_iss_parameter_supported") is True
        if issuer != metadata["issuer"] and (told or issuer is not None):
            raise Untrusted("another issuer answered")
        with self._get_session() as session:
            token = session.fetch_token(metadata["token_endpoint"], code=code, code_verifier=verifier)
        options = {
            "iss": {"essential": True, "values": [metadata["issuer"]]},
            "aud": {"essential": True, "values": [self.client_id]},
            "nonce": {"essential": True},
        }
        found = self.parse_id_token(token, nonce, claims_options=options, leeway=60)
        if found is None:
            raise Untrusted("no ID token")
        return dict(found)

    def load_server_metadata(self) -> dict[str, Any]:
        """What the provider publishes about itself; the library asks for it too."""
        if self.server_metadata and time.monotonic() - self._read < METADATA_S:
            return self.server_metadata
        with self._get_session() as session:
            answer = session.request("GET", f"{self._issuer}/.well-known/openid-configuration", withhold_token=True)
            answer.raise_for_status()
            found = answer.json()
        if str(found.get("issuer", "")).rstrip("/") != self._issuer:
            raise Untrusted("the metadata is another issuer's")
        usable = [name for name in found.get("id_token_signing_alg_values_supported", ["RS256"]) if name in ALGORITHMS]
        if not usable:
            raise Untrusted("no signature that we take")
        self.server_metadata = {**found, "id_token_signing_alg_values_supported": usable}
        self._read = time.monotonic()
        return self.server_metadata

    def _get_session(self) -> OAuth2Session:
        session = OAuth2Session(
            self.client_id, self._secret or None, scope="openid profile email", redirect_uri=self._back,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic" if self._secret else "none", default_timeout=(CONNECT_S, READ_S),
        )  # fmt: skip
        for scheme in ("https://", "http://"):
            session.mount(scheme, _Bounded())
        return session
