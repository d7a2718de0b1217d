"""Alert routes for tests: one that remembers, one that fails."""

from caf_platform.ports.alerts import Alert, AlertRoute


class AlertList(AlertRoute):
    """Keeps what it was sent; passes the same contract suite as the real routes."""

    def __init__(self) -> None:
        self.sent: list[Alert] = []

    def send(self, alert: Alert) -> None:
        """Remember it."""
        self.sent.append(alert)


class DeadRoute(AlertRoute):
    """Raises until it is mended, as a stranger's route might."""

    def __init__(self) -> None:
        self.mended = AlertList()
        self.dead = True

    def send(self, alert: Alert) -> None:
        """Fail, or remember it."""
        if self.dead:
            raise RuntimeError("no line")
        self.mended.send(alert)
