"""Settings and command lines that cannot be used."""
# ruff: noqa: E501 - what is printed in one line stands here in one line

from collections.abc import Mapping
from dataclasses import dataclass

from bad_input.case import Case, Outcome

USAGE = "`caf --help`, or `--help` after a verb"


@dataclass(frozen=True)
class SettingCase(Case):
    """A command, and the `CAF_*` variables that it finds."""

    words: tuple[str, ...] = ("run", "--project", "micro")
    variables: Mapping[str, str] | None = None


def setting(
    name: str, value: str, what: str, following: str, code: str = "BadInput"
) -> SettingCase:
    """A variable that cannot be used."""
    told = f"{code}: {what}"
    return SettingCase(
        f"`{name}={value}`", Outcome.STOPS, code, 2, told, following, variables={name: value}
    )


def usage(name: str, told: str, *words: str) -> SettingCase:
    """Words that are no command."""
    return SettingCase(name, Outcome.STOPS, "", 2, told, USAGE, words=words)


def named(name: str, what: str, following: str, *words: str) -> SettingCase:
    """A command about something that is not there."""
    return SettingCase(
        name, Outcome.STOPS, "BadInput", 2, f"BadInput: {what}", following, words=words
    )


ALL: tuple[SettingCase, ...] = (
    usage("a verb that is none", "No such command 'runn'", "runn"),
    usage("an option that is none", "No such option: --bogus", "run", "--bogus"),
    usage("an argument that is missing", "Missing argument 'version'.", "approve"),
    named("a use case that is mistyped", "No project 'mikro' in PROJECTS.", "Known: micro.", "run", "--project", "mikro"),
    named("a version that is not there", "No version 'v7' of micro.", "Known: none.", "approve", "v7", "--as", "Ada"),
    named("a window that is not there", "In window '0099' of micro no model was watched.", "Watched: none.", "drift", "0099"),
    named("a batch that is not there", "No batch 'day-99' of micro.", "See those with rows set aside: caf quarantine list", "quarantine", "replay", "day-99"),
    setting("CAF_SAMPLE", "2", "Settings cannot be read.", "Set it as docs/reference.md says, or unset it."),
    setting("CAF_SAMPLE", "much", "Settings cannot be read.", "Set it as docs/reference.md says, or unset it."),
    setting("CAF_ORCHESTRATOR", "airflow", "Settings cannot be read.", "Set it as docs/reference.md says, or unset it."),
    setting("CAF_LEDGER_URL", "nonsense", "The ledger's URL cannot be read.", "Use sqlite:////absolute/path/ledger.db or postgresql://user@host/database."),
    setting("CAF_LEDGER_URL", "mysql://somewhere/events", "A ledger cannot be kept at mysql://somewhere/events.", "Use sqlite:////absolute/path/ledger.db or postgresql://user@host/database."),
    setting("CAF_LAKE_URL", "ftp://somewhere", "No store for 'ftp://somewhere'.", "Known schemes: file, s3."),
    setting("CAF_PROJECTS", "nowhere", "No project 'micro' in nowhere.", "Run this in the root of the clone, or name the folder in CAF_PROJECTS."),
    setting("CAF_HOME", "/dev/null/home", "The home '/dev/null/home' cannot be written.", "Set CAF_HOME to a folder that can.", "Unavailable"),
)  # fmt: skip
