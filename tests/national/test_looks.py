"""Filters that a person keeps: under a name, for that person, as an address that anybody admitted may open."""

import re
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.national.node.app import Node
from server.national.node.looks import LOOKS_MOST
from tests.national.nodes import node_in
from tests.national.test_pages import client_of


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Node:
    folder = tmp_path_factory.mktemp("looks")
    made = node_in(folder)
    for name, role in (("anna", "national"), ("juris", "ministry"), ("liga", "holder")):
        made.site.viewers.add(name, role, name, "long enough", "VSAA" if role == "holder" else "")
    return made


def post(client: FlaskClient, path: str, **form: str) -> Any:
    page = client.get("/").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    return client.post(path, data={"csrf_token": token[1], **form})


def kept(client: FlaskClient) -> dict[str, str]:
    found = re.search(r'<details class="looks".*?</details>', client.get("/").text, re.S)
    assert found
    return {unescape(name): unescape(query) for query, name in re.findall(r'<a href="/\?([^"]*)"[^>]*>([^<]*)</a>', found[0])}


def test_a_filter_is_kept_opened_replaced_and_removed(node: Node) -> None:
    anna = client_of(node, "anna")
    answer = post(anna, "/looks", name=" Vidzeme,  <lēni> ", query="state=late&county=C%C4%93su+novads&evil=1&state=lost")
    assert (answer.status_code, answer.location) == (303, "/?county=C%C4%93su+novads&state=lost")
    assert kept(anna) == {"Vidzeme, <lēni>": "county=C%C4%93su+novads&state=lost"}
    assert anna.get(answer.location).status_code == 200
    post(anna, "/looks", name="Vidzeme, <lēni>", query="q=valka")
    assert kept(anna) == {"Vidzeme, <lēni>": "q=valka"}
    post(anna, "/looks/remove", name="Vidzeme, <lēni>")
    assert kept(anna) == {}


def test_each_person_has_its_own_and_the_address_is_for_all(node: Node) -> None:
    anna, juris = client_of(node, "anna"), client_of(node, "juris")
    address = post(anna, "/looks", name="lost", query="state=lost").location
    assert (kept(anna), kept(juris)) == ({"lost": "state=lost"}, {})
    assert juris.get(address).status_code == 200
    post(juris, "/looks/remove", name="lost")
    assert kept(anna) == {"lost": "state=lost"}


@pytest.mark.parametrize("name", ["", "   ", "x" * 61])
def test_a_name_that_is_none_is_named_and_the_filter_stays(node: Node, name: str) -> None:
    juris = client_of(node, "juris")
    answer = post(juris, "/looks", name=name, query="state=late")
    shown = juris.get(answer.location).text
    assert "ne garāks par 60" in shown
    assert '<option value="late" selected>' in shown


def test_there_is_an_end_to_them(node: Node) -> None:
    juris = client_of(node, "juris")
    for n in range(LOOKS_MOST + 1):
        answer = post(juris, "/looks", name=f"n{n}", query="q=a")
    assert "vispirms noņemiet" in juris.get(answer.location).text
    assert len(kept(juris)) == LOOKS_MOST
    post(juris, "/looks", name="n0", query="q=b")
    assert kept(juris)["n0"] == "q=b"


def test_a_foreign_form_and_a_role_without_the_page_keep_nothing(node: Node) -> None:
    anna, liga = client_of(node, "anna"), client_of(node, "liga")
    assert anna.post("/looks", data={"name": "x", "query": ""}).status_code == 403
    assert liga.post("/looks", data={"name": "x", "query": ""}).status_code == 403
