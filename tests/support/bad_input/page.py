"""`docs/bad-input.md`, written from the cases that the tests prove."""

from collections.abc import Iterator

from bad_input import arrivals, files, homes, labels, projects, settings, signals, stores
from bad_input.case import Case, Chapter, FileCase, Outcome

CHAPTERS = (
    Chapter(
        "A batch's file: its columns",
        "A file with other columns than the contract's is refused whole, and an incident opens.",
        files.COLUMNS,
    ),
    Chapter(
        "A batch's file: as a whole",
        "What cannot be read, or is mostly wrong, is refused whole; the lake keeps its bytes.",
        files.WHOLE,
    ),
    Chapter(
        "A batch's file: its cells",
        "A row with a bad cell is set aside as it came, with its reasons; the others are used.",
        files.CELLS,
    ),
    Chapter("When files arrive", "Order and delay cost no row.", arrivals.ALL),
    Chapter(
        "Label files",
        "A file that cannot be used opens an incident; of all others what can be used is used.",
        labels.ALL,
    ),
    Chapter(
        "`project.py`",
        "All mistakes of both files are told at once, before anything is touched.",
        projects.DECLARATION,
    ),
    Chapter("`policy.yaml`", "Strict YAML: what could be misread is a mistake.", projects.RULES),
    Chapter(
        "A project's source of data",
        "Its code and its files are judged at the edge; the next run goes on at the same file.",
        projects.SOURCE,
    ),
    Chapter("Commands and settings", "Told at once; nothing is touched.", settings.ALL),
    Chapter(
        "The home and its disk",
        "A step is recorded as a whole or not at all; the next run goes on after the last one.",
        homes.PLACE,
    ),
    Chapter(
        "The ledger",
        "The one truth: nothing is built on a ledger that is lost, damaged or edited.",
        homes.TRUTH,
    ),
    Chapter("The lake", "Every object is verified when it is read.", homes.BYTES),
    Chapter("Keys", "What decides who serves is believed only when it was signed.", homes.SIGNING),
    Chapter(
        "MLflow's store",
        "A mirror: a play goes on without it, and says so; what is trained is logged there first.",
        stores.ALL,
    ),
    Chapter(
        "Ctrl-C and SIGTERM",
        "At whatever moment: one line, no process left behind, nothing half done. A second signal "
        "ends at once, which is as safe.",
        signals.ALL,
    ),
)

OPENING = """# Bad input

What the platform does with each kind of bad input: the outcome, the machine-readable reason, the
exit code, the first line that a person sees, and what to do next. Each row is a case in
[tests/bad_input](../tests/bad_input), which puts it before a real play through the `caf` command
and proves the row, that no row of data and no record is lost, and that the next run ends where an
undisturbed one would have. `make fix` writes this page from those cases
(`.venv/bin/python docs/write_pages.py`), and a test fails when it differs.

`HOME`, `PROJECT` and `PROJECTS` stand for folders, `…` for what differs from run to run. Codes of
rows and batches are those in the ledger; of errors, the `error` of `--json`. What nobody foresaw
is told as a fault of ours with exit code 70, and its traceback lies in `faults` in the home. A
port that is taken: `caf ui` takes a free one unless you name it, and a play always does.
"""

HEADER = """| input | what happens | reason code | exit | what you see | what next |
|---|---|---|---|---|---|"""


def page() -> str:
    """The whole page."""
    return "\n".join((OPENING, *(_chapter(chapter) for chapter in CHAPTERS)))


def _chapter(chapter: Chapter) -> str:
    rows = "\n".join(f"| {' | '.join(_cells(case))} |" for case in chapter.cases)
    return f"## {chapter.title}\n\n{chapter.says}\n\n{HEADER}\n{rows}\n"


def _cells(case: Case) -> Iterator[str]:
    yield _plain(case.name)
    yield _happens(case)
    yield _code(case.code)
    yield str(case.exit_code)
    yield _code(case.told)
    yield _plain(case.following)


def _happens(case: Case) -> str:
    if not isinstance(case, FileCase) or case.outcome is Outcome.REFUSED:
        return case.outcome.value
    accepted, aside, copies = case.rows
    if aside:
        return f"{aside} of {accepted + aside} rows set aside"
    return f"taken in; {copies} copies dropped" if copies else "taken in"


def _code(text: str) -> str:
    return f"`{_plain(text)}`" if text else "-"


def _plain(text: str) -> str:
    """A text in a cell of a table."""
    return text.replace("|", "\\|")
