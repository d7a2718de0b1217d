"""A project that is broken: `project.py`, `policy.yaml`, and the source that it brings along."""
# ruff: noqa: E501 - what is printed in one line stands here in one line

from pathlib import Path

from bad_input.case import Case, Fault, FaultCase, Outcome
from bad_input.faults import (
    appended,
    becomes,
    changed,
    declared,
    folder,
    gone,
    link,
    replaced,
)

MEND = "Mend them and run the same command again; nothing was changed."
PROJECT, POLICY, INBOX = declared("project.py"), declared("policy.yaml"), declared("inbox.py")
WRITTEN = (Path(__file__).parents[1] / "micro" / "policy.yaml").read_text("utf-8")
END, NEXT_LINE = len(WRITTEN), WRITTEN.count("\n") + 1
BATCH, LABELS = declared("inbox/day-30.csv"), declared("inbox/labels-29.csv")


def mistaken(name: str, found: str, fault: Fault) -> FaultCase:
    """One mistake, named with its file and its line or key."""
    told = f"Mistakes: Project 'micro' has 1 mistake: - micro/{found}"
    return FaultCase(name, Outcome.STOPS, "Mistakes", 2, told, MEND, fault)


def stops(name: str, code: str, told: str, following: str, fault: Fault) -> FaultCase:
    """An error that is told and ends the command."""
    return FaultCase(name, Outcome.STOPS, code, 2, f"{code}: {told}", following, fault)


DECLARATION = (
    mistaken(
        "`project.py` is no Python",
        "project.py: line 89: found SyntaxError: invalid syntax (project.py, line 89), expected Python that runs",
        appended(PROJECT, "\ndef (:\n"),
    ),
    mistaken(
        "it imports what is not there",
        "project.py: line 1: found ModuleNotFoundError: No module named 'nowhere', expected Python that runs",
        changed(PROJECT, lambda text: b"import nowhere\n" + text),
    ),
    mistaken(
        "it raises",
        "project.py: line 89: found ZeroDivisionError: division by zero, expected Python that runs",
        appended(PROJECT, "\n1 / 0\n"),
    ),
    mistaken(
        "it exits",
        "project.py: line 89: found SystemExit: 0, expected Python that runs",
        appended(PROJECT, "\nraise SystemExit(0)\n"),
    ),
    mistaken(
        "it holds a NUL byte",
        "project.py: (whole file): found SyntaxError: source code string cannot contain null bytes, expected Python that runs",
        appended(PROJECT, "\0"),
    ),
    mistaken(
        "`project` is something else",
        "project.py: project: found 3, expected project = Declaration(...)",
        appended(PROJECT, "\nproject = 3\n"),
    ),
    mistaken(
        "`project` is missing",
        "project.py: project: found None, expected project = Declaration(...)",
        replaced(PROJECT, "project = Declaration", "projekt = Declaration"),
    ),
    mistaken(
        "a feature that is no column",
        "project.py: features: found 'hat', expected a column of the contract. Did you mean 'heat'?",
        replaced(PROJECT, 'numeric=("heat"', 'numeric=("hat"'),
    ),
    stops(
        "a use case that is not there",
        "BadInput",
        "No project 'micro' in PROJECTS.",
        "Run this in the root of the clone, or name the folder in CAF_PROJECTS.",
        gone(PROJECT),
    ),
)

RULES = (
    mistaken(
        "no `policy.yaml`",
        "policy.yaml: (whole file): found nothing, expected a policy file",
        gone(POLICY),
    ),
    mistaken(
        "a folder in its place",
        "policy.yaml: (whole file): found [Errno 21] Is a directory: 'PROJECT/policy.yaml', expected a file that can be read",
        folder(POLICY),
    ),
    mistaken(
        "it is empty",
        "policy.yaml: (whole file): found None, expected keys with their values",
        becomes(POLICY, b""),
    ),
    mistaken(
        "it is no mapping",
        "policy.yaml: (whole file): found [1], expected keys with their values",
        becomes(POLICY, b"- 1\n"),
    ),
    mistaken(
        "it is no YAML",
        "policy.yaml: line 2: found while parsing a flow sequence expected ',' or ']', but got '<stream end>', expected readable YAML",
        becomes(POLICY, b"validation: [1, 2\n"),
    ),
    mistaken(
        "a tab where a space is due",
        "policy.yaml: line 12: found while scanning for the next token found character '\\t' that cannot start any token, expected readable YAML",
        replaced(POLICY, "  seed", "\tseed"),
    ),
    mistaken(
        "Latin-1",
        f"policy.yaml: (whole file): found 'utf-8' codec can't decode byte 0xe9 in position {END + 2}: invalid continuation byte, expected a file that can be read",
        changed(POLICY, lambda text: text + b"# \xe9t\xe9\n"),
    ),
    mistaken(
        "UTF-16",
        "policy.yaml: (whole file): found 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte, expected a file that can be read",
        changed(POLICY, lambda text: text.decode().encode("utf-16")),
    ),
    mistaken(
        "a NUL byte",
        f'policy.yaml: (whole file): found unacceptable character #x0000: special characters are not allowed in "<unicode string>", position {END}, expected readable YAML',
        appended(POLICY, "\0"),
    ),
    mistaken(
        "an unknown key",
        "policy.yaml: extra: found 1, expected no such key",
        appended(POLICY, "extra: 1\n"),
    ),
    mistaken(
        "a key twice",
        f"policy.yaml: line {NEXT_LINE}: found 'validation' is written twice, expected readable YAML",
        appended(POLICY, "validation: {}\n"),
    ),
    mistaken(
        "a limit without its reason",
        "policy.yaml: validation.max_quarantine_share.because: found nothing, expected a value",
        replaced(POLICY, ", because: three bad rows of forty are less", ""),
    ),
    mistaken(
        "a number in quotes",
        "policy.yaml: validation.max_quarantine_share.value: found '0.2', expected a valid number",
        replaced(POLICY, "{value: 0.2,", "{value: '0.2',"),
    ),
    mistaken(
        "a number that is none",
        "policy.yaml: validation.max_quarantine_share.value: found nan, expected a finite number",
        replaced(POLICY, "{value: 0.2,", "{value: .nan,"),
    ),
    mistaken(
        "a number out of bounds",
        "policy.yaml: validation.max_quarantine_share.value: found 20, expected less than or equal to 1",
        replaced(POLICY, "{value: 0.2,", "{value: 20,"),
    ),
    mistaken(
        "an alias, of which bombs are made",
        "policy.yaml: line 2: found an alias (*name) stands here: write the value out, expected readable YAML",
        becomes(POLICY, b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"),
    ),
    mistaken(
        "brackets a hundred thousand deep",
        "policy.yaml: (whole file): found too many levels, expected readable YAML",
        becomes(POLICY, b"[" * 100_000),
    ),
    mistaken(
        "a tag that would run a command",
        f"policy.yaml: line {NEXT_LINE}: found could not determine a constructor for the tag 'tag:yaml.org,2002:python/object/apply:os.system', expected readable YAML",
        appended(POLICY, "x: !!python/object/apply:os.system ['true']\n"),
    ),
    mistaken(
        "two documents",
        f"policy.yaml: line {NEXT_LINE}: found expected a single document in the stream but found another document, expected readable YAML",
        appended(POLICY, "---\na: 1\n"),
    ),
)

SOURCE = (
    stops(
        "a folder in place of a batch's file",
        "Unavailable",
        "Delivery 'day-30' of 'micro' cannot be read.",
        "Put the file in its place and run the same command again: everything before it is kept.",
        folder(BATCH),
    ),
    stops(
        "a link that leads nowhere",
        "Unavailable",
        "Delivery 'day-30' of 'micro' cannot be read.",
        "Put the file in its place and run the same command again: everything before it is kept.",
        link(BATCH, "nowhere"),
    ),
    stops(
        "a file that the disk cannot read",
        "Unavailable",
        "Delivery 'labels-29' of 'micro' cannot be read.",
        "Put the file in its place and run the same command again: everything before it is kept.",
        link(LABELS, "/proc/self/mem"),
    ),
    stops(
        "the source cannot be made",
        "BadInput",
        "The source of 'micro' cannot be made.",
        "Mend the project's source and run the same command again: everything before it is kept.",
        replaced(PROJECT, "return Inbox", "raise KeyError('gone'); return Inbox"),
    ),
    stops(
        "it is none",
        "BadInput",
        "The source of 'micro' cannot say what arrives.",
        "Mend the project's source and run the same command again: everything before it is kept.",
        replaced(PROJECT, "return Inbox", "return None; return Inbox"),
    ),
    stops(
        "it raises when asked what arrives",
        "BadInput",
        "The source of 'micro' cannot say what arrives.",
        "Mend the project's source and run the same command again: everything before it is kept.",
        replaced(INBOX, "return [_delivery", "raise ValueError('no such day'); return [_delivery"),
    ),
    stops(
        "its disk does not answer",
        "Unavailable",
        "The source of 'micro' cannot say what arrives.",
        "Put the file in its place and run the same command again: everything before it is kept.",
        replaced(
            INBOX, "return [_delivery", "raise OSError(5, 'Input/output error'); return [_delivery"
        ),
    ),
    stops(
        "something else than deliveries arrives",
        "BadInput",
        "A delivery of 'micro' cannot be taken in: 'day-01.csv'.",
        "Mend the project's source and run the same command again: everything before it is kept.",
        replaced(INBOX, "[_delivery(path)", "[str(path.name)"),
    ),
    stops(
        "an arrival without a time zone",
        "BadInput",
        "A delivery of 'micro' cannot be taken in: 'day-01'.",
        "Mend the project's source and run the same command again: everything before it is kept.",
        replaced(INBOX, "told.arrives_at,", "told.arrives_at.replace(tzinfo=None),"),
    ),
    stops(
        "a kind of delivery that is none",
        "BadInput",
        "A delivery of 'micro' cannot be taken in: 'day-01'.",
        "Mend the project's source and run the same command again: everything before it is kept.",
        replaced(INBOX, "told.kind,", "'parcel',"),
    ),
    stops(
        "a delivery's name that climbs out of its folder",
        "BadInput",
        "'raw/micro/../../etc/passwd/….csv' is no key of the lake.",
        "Use a plain relative path such as 'raw/flights/2013-01-01/ab12.csv'.",
        replaced(INBOX, "told.name,", "'../../etc/passwd',"),
    ),
    stops(
        "a feed without a moment",
        "BadInput",
        "A delivery of 'micro' cannot be taken in: 'day-01'.",
        "Mend the project's source and run the same command again: everything before it is kept.",
        replaced(INBOX, "told.feeds)", "{'sensor': 'now'})"),
    ),
    stops(
        "text instead of bytes",
        "BadInput",
        "Delivery 'day-10' of 'micro' cannot be read.",
        "Mend the project's source and run the same command again: everything before it is kept.",
        replaced(INBOX, "path.read_bytes", "path.read_text"),
    ),
    stops(
        "it exits while it reads",
        "BadInput",
        "Delivery 'day-10' of 'micro' cannot be read.",
        "Mend the project's source and run the same command again: everything before it is kept.",
        replaced(INBOX, "path.read_bytes", "lambda: exit(0)"),
    ),
    stops(
        "it cannot rebuild served rows",
        "BadInput",
        "The source of 'micro' cannot rebuild served rows.",
        "Mend the project's source and run the same command again: everything before it is kept.",
        replaced(INBOX, "days = sorted(", "days = 1 / 0; sorted("),
    ),
)

ALL: tuple[Case, ...] = (*DECLARATION, *RULES, *SOURCE)
