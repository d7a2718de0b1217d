"""Somebody stops a play: at which moment, by which signals."""

from dataclasses import dataclass

from bad_input.case import Case, Outcome

SAID = "Stopped. Nothing is lost: the same command continues."
SAME = "the same command continues"


@dataclass(frozen=True)
class StopCase(Case):
    """Signals that come when Python raises an audit event with a text in it."""

    event: str
    text: str
    signals: str = "SIGINT"


def stopped(name: str, event: str, text: str, signals: str = "SIGINT") -> StopCase:
    """The exit code is that of the first signal."""
    code = 143 if signals.startswith("SIGTERM") else 130
    return StopCase(name, Outcome.STOPS, signals, code, SAID, SAME, event, text, signals)


ALL: tuple[StopCase, ...] = (
    stopped("Ctrl-C before the verb begins", "import", "caf_pipelines.cli.playing"),
    stopped("while libraries are imported", "import", "pandas"),
    stopped("while a batch is read", "open", "day-12.csv"),
    stopped("while the ledger is opened", "sqlite3.connect", "ledger.db"),
    stopped("while a model is trained", "subprocess.Popen", "git"),
    stopped("while the report is written", "open", "page.html.j2"),
    stopped("twice in a row", "open", "day-12.csv", "SIGINT,SIGINT"),
    stopped("SIGTERM while a model is trained", "subprocess.Popen", "git", "SIGTERM"),
)
