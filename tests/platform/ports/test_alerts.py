"""The contract of alert routes, and of the guard against the same alert again."""

import io
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alert_list import AlertList, DeadRoute

from caf_platform.adapters.alerts import ConsoleRoute, Deduplicated, FileRoute
from caf_platform.plugins import PLUGINS, Kind
from caf_platform.ports.alerts import Alert, AlertRoute
from caf_platform.ports.clock import VirtualClock

START = datetime(2013, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
ALERT = Alert(
    key="flights/drift", severity="high", title="Drift", text="dep_delay 0.31", project="flights"
)
Seen = Callable[[], list[str]]


@pytest.fixture(params=["list", "console", "file", "deduplicated"])
def route(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[AlertRoute, Seen]:
    """Each route, and a way to see one text per delivered alert."""
    remembered, stream, path = AlertList(), io.StringIO(), tmp_path / "new" / "alerts.jsonl"
    routes: dict[str, tuple[AlertRoute, Seen]] = {
        "list": (remembered, lambda: lines(remembered)),
        "console": (ConsoleRoute(stream), lambda: stream.getvalue().splitlines()),
        "file": (
            FileRoute(path),
            lambda: path.read_text().splitlines() if path.exists() else [],
        ),
        "deduplicated": (
            Deduplicated(remembered, VirtualClock(START), HOUR),
            lambda: lines(remembered),
        ),
    }
    return routes[request.param]


def lines(remembered: AlertList) -> list[str]:
    """What the list was sent, as a file would hold it."""
    return [json.dumps(alert.model_dump(mode="json")) for alert in remembered.sent]


def numbered(number: int) -> Alert:
    """Alerts that have nothing in common."""
    return ALERT.model_copy(update={"key": f"k{number}", "title": f"title {number}"})


def test_an_alert_arrives_whole(route: tuple[AlertRoute, Seen]) -> None:
    """How bad, where, what and why are all there."""
    sender, seen = route

    sender.send(ALERT)

    (text,) = seen()
    for part in (ALERT.severity, ALERT.project, ALERT.title, ALERT.text):
        assert part in text


def test_alerts_arrive_in_order(route: tuple[AlertRoute, Seen]) -> None:
    """One after the other, none lost."""
    sender, seen = route

    for number in range(3):
        sender.send(numbered(number))

    assert [f"title {number}" in text for number, text in enumerate(seen())] == [True] * 3


def test_odd_texts_stay_on_one_line(route: tuple[AlertRoute, Seen]) -> None:
    """Line ends, terminal codes and foreign letters neither break a line nor act."""
    sender, seen = route

    sender.send(ALERT.model_copy(update={"text": "a\nb\r\x1b[2J\u2028 ñ 👋"}))

    (text,) = seen()
    assert text.isprintable()
    assert "ñ 👋" in text or "\\u00f1 \\ud83d\\udc4b" in text


def test_many_senders_at_once(route: tuple[AlertRoute, Seen]) -> None:
    """Eight threads: every alert arrives once, and no line is torn."""
    sender, seen = route

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: sender.send(numbered(number)), range(40)))

    titles = sorted(number for number in range(40) for text in seen() if f"title {number}" in text)
    assert len(seen()) == 40
    assert set(titles) == set(range(40))


class BrokenStream(io.StringIO):
    """A terminal that went away."""

    def write(self, _: str) -> int:
        """Nobody is there."""
        raise BrokenPipeError


def closed_stream() -> io.StringIO:
    """A stream that somebody closed."""
    stream = io.StringIO()
    stream.close()
    return stream


@pytest.mark.parametrize("kind", ["broken", "closed", "file", "dead"])
def test_a_failing_route_never_raises(
    kind: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What an alert reports on goes on; the failure is logged with the alert's key."""
    (tmp_path / "taken").write_text("a file")
    routes: dict[str, AlertRoute] = {
        "broken": ConsoleRoute(BrokenStream()),
        "closed": ConsoleRoute(closed_stream()),
        "file": FileRoute(tmp_path / "taken" / "alerts.jsonl"),
        "dead": Deduplicated(DeadRoute(), VirtualClock(START), HOUR),
    }

    with caplog.at_level(logging.WARNING):
        routes[kind].send(ALERT)

    assert "flights/drift" in caplog.text


def test_a_narrow_terminal_gets_escapes() -> None:
    """A terminal that knows only ASCII still gets every alert."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")

    ConsoleRoute(stream).send(ALERT.model_copy(update={"text": "ñ"}))

    assert b"\\xf1" in raw.getvalue()


def test_the_file_holds_json_lines(tmp_path: Path) -> None:
    """Each line is the whole alert, after whatever was there before."""
    path = tmp_path / "alerts.jsonl"
    path.write_text('{"former": true}\n')

    FileRoute(path).send(ALERT)

    former, alert = path.read_text().splitlines()
    assert json.loads(former) == {"former": True}
    assert Alert.model_validate_json(alert) == ALERT


def test_a_torn_line_spoils_no_other(tmp_path: Path) -> None:
    """A writer that was killed within a line costs that line only."""
    path = tmp_path / "alerts.jsonl"
    path.write_text('{"key": "to')

    FileRoute(path).send(ALERT)

    torn, alert = path.read_text().splitlines()
    assert torn == '{"key": "to'
    assert Alert.model_validate_json(alert) == ALERT


FULL = """
import logging, resource, sys
from pathlib import Path
from caf_platform.adapters.alerts import FileRoute
from caf_platform.ports.alerts import Alert
logging.basicConfig()
resource.setrlimit(resource.RLIMIT_FSIZE, (20, 20))
FileRoute(Path(sys.argv[1])).send(Alert(key="k", severity="", title="", text="", project=""))
"""


def test_an_alert_that_fits_only_in_part_is_logged(tmp_path: Path) -> None:
    """A disk that is full in the middle of a line loses an alert, but not without a word."""
    command = [sys.executable, "-c", FULL, str(tmp_path / "alerts.jsonl")]

    outcome = subprocess.run(command, capture_output=True, text=True, check=True)

    assert "Alert 'k' could not be delivered" in outcome.stderr
    assert "Only a part" in outcome.stderr


def test_the_same_alert_is_sent_once_per_cooldown() -> None:
    """Until the hour is over it is counted; at the hour it is sent, with the count."""
    clock, remembered = VirtualClock(START), AlertList()
    route = Deduplicated(remembered, clock, HOUR)
    route.send(ALERT)
    clock.advance_to(START + timedelta(minutes=59))
    route.send(ALERT)
    route.send(ALERT)
    held = route.held(ALERT.key)
    clock.advance_to(START + HOUR)

    route.send(ALERT)

    assert held == 2
    assert [alert.text for alert in remembered.sent] == [
        "dep_delay 0.31",
        "dep_delay 0.31 (2 more of the same since 2013-01-01 00:00 UTC)",
    ]
    assert route.held(ALERT.key) == 0


def test_another_key_is_another_alert() -> None:
    """Only the key counts: neither a cooldown of others nor a new text matters."""
    remembered = AlertList()
    route = Deduplicated(remembered, VirtualClock(START), HOUR)

    route.send(ALERT)
    route.send(ALERT.model_copy(update={"text": "another text"}))
    route.send(ALERT.model_copy(update={"key": "another key"}))

    assert [alert.key for alert in remembered.sent] == [ALERT.key, "another key"]
    assert route.held("unknown") == 0


def test_an_alert_that_could_not_be_sent_is_tried_again() -> None:
    """A failure starts no cooldown, so the next one gets through as soon as it can."""
    dead = DeadRoute()
    route = Deduplicated(dead, VirtualClock(START), HOUR)
    route.send(ALERT)
    dead.dead = False

    route.send(ALERT)
    route.send(ALERT)

    assert dead.mended.sent == [ALERT]


def test_a_failure_keeps_the_count() -> None:
    """What was held back before a failure is still told after it."""
    clock, dead = VirtualClock(START), DeadRoute()
    route = Deduplicated(dead, clock, HOUR)
    dead.dead = False
    route.send(ALERT)
    route.send(ALERT)
    clock.advance_to(START + HOUR)
    dead.dead = True
    route.send(ALERT)
    dead.dead = False

    route.send(ALERT)

    assert "1 more of the same" in dead.mended.sent[-1].text


def test_the_same_alert_from_many_threads_is_sent_once() -> None:
    """Eight at once: one is sent, seven are counted."""
    remembered, together = AlertList(), threading.Barrier(8)
    route = Deduplicated(remembered, VirtualClock(START), HOUR)

    def send(_: int) -> None:
        together.wait()
        route.send(ALERT)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(8)))

    assert remembered.sent == [ALERT]
    assert route.held(ALERT.key) == 7


def test_the_routes_are_registered() -> None:
    """Routes are found by name, like a stranger's would be."""
    assert PLUGINS.get(Kind.ALERT_ROUTE, "console").target is ConsoleRoute
    assert PLUGINS.get(Kind.ALERT_ROUTE, "file").target is FileRoute
