"""What staff and monitors see of the line to the network."""

from datetime import UTC, datetime, timedelta

from counter.view import DeskNetwork, desk
from server.admin.view import overview
from server.alerts import UPLINK, Health
from server.domain.floor import Floor
from server.metrics import Metrics
from server.protocol import Status
from tests.support import CLERK, Scene

NOW = datetime.now(UTC)


def seen(**status: object) -> dict[str, Health]:
    return {UPLINK: Health(channel=UPLINK, connected=True, status=Status(**status), since=NOW - timedelta(hours=2))}  # type: ignore[arg-type]


def the_floor() -> Floor:
    return Scene().floor


def test_a_desk_says_how_the_line_is_and_since_when_records_wait() -> None:
    floor = the_floor()
    oldest = NOW - timedelta(minutes=5)
    waiting = desk(floor, "1", CLERK, seen(state="down", unsent=7, unsent_since=oldest)).network
    assert waiting == DeskNetwork(state="down", unsent=7, since=oldest)
    assert desk(floor, "1", CLERK, seen(state="up")).network == DeskNetwork(state="up", unsent=0, since=NOW - timedelta(hours=2))
    assert desk(floor, "1", CLERK).network is None, "a centre without a network says nothing of one"


def test_the_manager_sees_it_among_the_devices() -> None:
    found = overview(the_floor(), seen(state="behind", detail="restore", unsent=3), NOW).devices
    assert [(one.device, one.state, one.unsent) for one in found] == [(UPLINK, "behind", 3)]


def test_monitors_get_state_backlog_and_its_age() -> None:
    floor = the_floor()
    health = seen(state="down", unsent=7, unsent_since=datetime.now(UTC) - timedelta(minutes=5))
    text = Metrics(lambda: floor, lambda: 0, lambda: health).text().decode()
    values = dict(line.rsplit(" ", 1) for line in text.splitlines() if line.startswith("rinda_uplink"))
    assert (values["rinda_uplink_up"], values["rinda_uplink_unsent"]) == ("0.0", "7.0")
    assert 300 <= float(values["rinda_uplink_backlog_seconds"]) < 400
    assert "rinda_uplink" not in Metrics(lambda: floor, lambda: 0, dict).text().decode()
