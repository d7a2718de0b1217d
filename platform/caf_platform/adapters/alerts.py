"""Where alerts go: a terminal, a file of JSON lines; and a guard against the same one again.

A route that fails never fails what it reports on: the failure is logged and that is all.
"""

import errno
import fcntl
import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import FileIO
from pathlib import Path
from threading import Lock
from typing import TextIO

from caf_platform.capabilities import Capability
from caf_platform.plugins import Kind, register
from caf_platform.ports.alerts import Alert, AlertRoute
from caf_platform.ports.clock import Clock

LOG = logging.getLogger(__name__)


@register(Kind.ALERT_ROUTE, "console", Capability.EVENT_MANAGEMENT)
class ConsoleRoute(AlertRoute):
    """Prints each alert as one line, for a person who watches.

    What is not printable is escaped: titles may quote data, and data may hold terminal codes.
    """

    def __init__(self, stream: TextIO) -> None:
        """Alerts are written to `stream`, which stays open."""
        self._stream = stream

    def send(self, alert: Alert) -> None:
        """Print one line and flush."""
        line = f"[{alert.severity}] {alert.project}: {alert.title} - {alert.text}"
        with _logged(alert):
            self._stream.write(_printable(line, self._stream.encoding) + "\n")
            self._stream.flush()


@register(Kind.ALERT_ROUTE, "file", Capability.EVENT_MANAGEMENT)
class FileRoute(AlertRoute):
    """Appends each alert to a file as one JSON line, for machines and for later.

    The file is opened for each alert, so it may be rotated, and locked while one is written, so
    several processes may share it.
    """

    def __init__(self, path: Path) -> None:
        """The file and its folder are made with the first alert."""
        self._path = path

    def send(self, alert: Alert) -> None:
        """Append one line in one write."""
        with _logged(alert):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab+", buffering=0) as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                line = _line_end(file) + _json(alert) + b"\n"
                if file.write(line) < len(line):
                    raise OSError(errno.ENOSPC, "Only a part of the line was written")


@dataclass
class _Seen:
    """When an alert's key was last sent, and how often it has come since."""

    sent_at: datetime
    held: int = 0


class Deduplicated(AlertRoute):
    """Sends an alert's key once per cooldown, and counts what comes in between.

    The next alert of that key says how many were held back. Any route may be wrapped: whatever
    it raises is logged, and starts no cooldown.
    """

    def __init__(self, route: AlertRoute, clock: Clock, cooldown: timedelta) -> None:
        """`cooldown` counts from the last alert that was sent, in the clock's time."""
        self._route, self._clock, self._cooldown = route, clock, cooldown
        self._seen: dict[str, _Seen] = {}
        self._lock = Lock()

    def send(self, alert: Alert) -> None:
        """Send it, or count it."""
        now = self._clock.now()
        with self._lock:
            last = self._seen.get(alert.key)
            if last and now < last.sent_at + self._cooldown:
                last.held += 1
                return
            self._seen[alert.key] = _Seen(now)
        if not self._delivered(_with_count(alert, last)):
            with self._lock:
                self._forget(alert.key, last)

    def held(self, key: str) -> int:
        """How many alerts of this key were counted and not sent since the last that was."""
        with self._lock:
            return self._seen[key].held if key in self._seen else 0

    def _delivered(self, alert: Alert) -> bool:
        try:
            self._route.send(alert)
        except Exception as error:  # noqa: BLE001 - a stranger's route may raise anything
            LOG.warning("Alert '%s' could not be sent: %r", alert.key, error)
            return False
        return True

    def _forget(self, key: str, last: _Seen | None) -> None:
        """Take back the cooldown of an alert that was not sent."""
        if last is None:
            self._seen.pop(key, None)
        else:
            self._seen[key] = last


def _with_count(alert: Alert, last: _Seen | None) -> Alert:
    if last is None or not last.held:
        return alert
    held = f"{last.held} more of the same since {last.sent_at:%Y-%m-%d %H:%M} UTC"
    return alert.model_copy(update={"text": f"{alert.text} ({held})"})


def _printable(line: str, encoding: str | None) -> str:
    shown = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in line)
    return shown.encode(encoding or "utf-8", "backslashreplace").decode(encoding or "utf-8")


def _json(alert: Alert) -> bytes:
    """ASCII, since some readers take more than the line feed for a line's end."""
    return json.dumps(alert.model_dump(mode="json")).encode()


def _line_end(file: FileIO) -> bytes:
    """A line end if a writer was killed within a line, so that the next line stays whole."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - 1))
    return b"" if file.read(1) in (b"", b"\n") else b"\n"


@contextmanager
def _logged(alert: Alert) -> Iterator[None]:
    """Log a stream's or file's failure instead of raising it; a closed stream is ValueError."""
    try:
        yield
    except (OSError, ValueError) as error:
        LOG.warning("Alert '%s' could not be delivered: %s", alert.key, error)
