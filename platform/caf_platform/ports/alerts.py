"""Port: telling somebody."""

from typing import Protocol

from caf_platform.decision import Frozen


class Alert(Frozen):
    """One thing worth a person's attention; `key` is what repeated alerts have in common."""

    key: str
    severity: str
    title: str
    text: str
    project: str


class AlertRoute(Protocol):
    """Delivers alerts. A route that fails never fails what it reports on."""

    def send(self, alert: Alert) -> None:
        """Deliver one alert."""
        ...
