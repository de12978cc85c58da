"""The node's people come in through the single sign-on too, and see what their role allows."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from server import cli
from server.national.node.app import Node
from tests.national.nodes import node_in
from tests.wire.test_sso import at_provider, installed, issuer

__all__ = ["installed", "issuer"]


@pytest.fixture
def node(issuer: str, tmp_path: Path) -> Node:
    """A node that trusts the provider, with a person of each of two roles."""
    url = f"sqlite:///{tmp_path}/node.db"
    (tmp_path / "secret").write_text("a secret of the tests\n")
    made = node_in(
        tmp_path,
        sso_issuer=issuer,
        sso_client_id="rinda",
        sso_name="Vienotā pieteikšanās",
        sso_secret_file=str(tmp_path / "secret"),
    )
    for name, role, institution in (("anna", "national", ""), ("liga", "holder", "VSAA"), ("juris", "ministry", "")):
        made.site.viewers.add(name, role, name, "long enough", institution)
    assert cli.main(["national", "account", "sso", "anna", "there-1", "--database", url]) == 0
    assert cli.main(["national", "account", "sso", "liga", "there-2", "--database", url]) == 0
    assert cli.main(["national", "account", "sso", "nobody", "there-3", "--database", url]) == 1
    made.site.load()
    return made


def come(client: FlaskClient, subject: str, wanted: str) -> tuple[int, str]:
    sent = client.get(f"/sso/start?next={wanted}")
    assert sent.status_code == 302
    parts = urlsplit(at_provider(sent.headers["Location"], sub=subject))
    assert (parts.netloc, parts.path) == ("localhost", "/sso/back")
    answer = client.get(f"{parts.path}?{parts.query}")
    return answer.status_code, answer.headers.get("Location", "")


def test_an_officer_and_a_holder_come_in_each_to_its_own(node: Node) -> None:
    assert "Vienotā pieteikšanās" in node.app.test_client().get("/login").text
    officer = node.app.test_client()
    assert come(officer, "there-1", "/settings") == (303, "/settings")
    assert officer.get("/settings").status_code == 200
    holder = node.app.test_client()
    assert come(holder, "there-2", "/month") == (303, "/month")
    assert [holder.get(path).status_code for path in ("/month", "/settings")] == [200, 403]


def test_who_has_no_account_here_does_not(node: Node) -> None:
    stranger = node.app.test_client()
    assert come(stranger, "juris", "/month")[0] == 403
    assert stranger.get("/month").status_code == 302
