"""The line itself: one HTTPS connection to the node, kept open, with a time-out on everything."""

from pathlib import Path

import requests

from server.national.papers import Papers
from server.national.uplink import Reply

CONNECT_S, ANSWER_S = 5.0, 30.0


class Sender:
    """`send(path, body)`; OSError when no answer came. Redirects are no answers of a node and are not followed."""

    def __init__(self, papers: Papers, trust: Path | None = None) -> None:
        self._papers = papers
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = str(trust) if trust is not None else True
        self._session.headers.update({"Authorization": f"Bearer {papers.secret}", "Content-Type": "application/x-rinda-sync"})

    def __call__(self, path: str, body: bytes) -> Reply:
        """Posts to the node."""
        address = f"{self._papers.node}/sync/v1/{path}"
        answer = self._session.post(address, data=body, timeout=(CONNECT_S, ANSWER_S), allow_redirects=False)
        return Reply(answer.status_code, answer.content)

    def close(self) -> None:
        """Hangs up."""
        self._session.close()
