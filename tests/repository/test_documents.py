"""Documents cannot lie: commands exist, links lead somewhere, every room is described."""

import re
import subprocess
import sys
from itertools import chain

import pytest
from checkout import PACKAGES, ROOT, documents, name_of
from written_commands import blocks, commands, paths_named, problem, spans

README = ROOT / "README.md"
ARCHITECTURE = ROOT / "ARCHITECTURE.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
LINK = re.compile(r"(?<!!)\[[^]]*\]\(([^)\s]+)\)")
SNIPPETS = """
from release_evidence import evidence, release_policy, training_policy
from window_samples import policy, window

from caf_platform.plugins import PLUGINS, Kind

def said(bias):
    seen = {"challenger": {} if bias is None else {"bias": bias}}
    given = evidence(performance=seen)
    return str(unbiased(given, release_policy(), training_policy()).verdict)

print(*(said(bias) for bias in (0.01, 0.06, None)))
print(*(str(volume(window(served_rows=rows), policy()).verdict) for rows in (100, 99)))
print(announce("v3", ("Ann",)))
for kind, name in ((Kind.GATE, "unbiased"), (Kind.MONITOR, "volume"), (Kind.STAGE, "announce")):
    print(PLUGINS.get(kind, name).summary)

from caf_platform.project.source import DeliveryKind

def file(name, kind=DeliveryKind.BATCH):
    return Delivery(kind, name, None, bytes)

print(*(len(list(lost(file(name)))) for name in ("2013-05-15", "2013-05-16")))
print(len(list(lost(file("labels-2013-05-16", DeliveryKind.LABELS)))), scenario.expected.by)
"""


def test_the_readme_is_short():
    """Fewer than 150 lines."""
    assert len(README.read_text("utf-8").splitlines()) < 150


@pytest.mark.parametrize("path", [README, ARCHITECTURE, CONTRIBUTING], ids=name_of)
def test_the_first_documents_hold_no_badges_and_no_raw_html(path):
    """Text that reads the same in a terminal; a picture only if this repository draws it."""
    text = path.read_text("utf-8")

    assert not re.search(r"!\[[^]]*\]\((?!docs/[\w-]+\.svg\))|<img|<a |<br", text)


@pytest.mark.parametrize(
    ("path", "command"),
    [pytest.param(p, c, id=f"{name_of(p)}: {c}") for p in documents() for c in commands(p)],
)
def test_written_commands_exist(path, command):
    """Verbs with these options, targets, settings; what stands in a block can be typed as is."""
    assert problem(command) == ""


@pytest.mark.parametrize(
    "line",
    [
        "make nosuch",
        "make demo COLOUR=red",
        "CAF_NOSUCH=1 make demo",
        "caf nosuch",
        "caf audit nosuch",
        "caf history --nosuch",
        "caf promote",
        "caf champion v1",
        "curl somewhere",
    ],
)
def test_the_check_refuses_commands_that_do_not_exist(line, tmp_path):
    """A target, variable, setting, verb, option, argument or program that is not there."""
    page = tmp_path / "page.md"
    page.write_text(f"```sh\n{line}\n```\n", "utf-8")

    (command,) = commands(page)

    assert problem(command) != ""


@pytest.mark.parametrize(
    ("path", "link"),
    [
        pytest.param(p, link, id=f"{name_of(p)}: {link}")
        for p in documents()
        for link in LINK.findall(p.read_text("utf-8"))
        if "://" not in link
    ],
)
def test_links_lead_to_files(path, link):
    """Relative links, without their anchors."""
    assert (path.parent / link.partition("#")[0]).resolve().exists()


@pytest.mark.parametrize(
    ("path", "named"),
    [
        pytest.param(p, named, id=f"{name_of(p)}: {named}")
        for p in documents()
        for named in paths_named(p)
    ],
)
def test_named_paths_exist(path, named):
    """What a document shows as a path of this repository is there."""
    assert (ROOT / named).exists()


@pytest.mark.parametrize(("folder", "package"), PACKAGES.items())
def test_every_room_stands_in_the_architecture(folder, package):
    """Each package's folders by path, and each module at its root by name."""
    root = ROOT / folder / package
    told = spans(ARCHITECTURE)
    rooms = [p.relative_to(ROOT).as_posix() + "/" for p in root.iterdir() if _room(p)]
    modules = [p.name for p in root.glob("*.py") if p.name != "__init__.py"]

    missing_rooms = [room for room in rooms if not any(t.startswith(room) for t in told)]
    missing_modules = [m for m in modules if not any(t.split("/")[-1] == m for t in told)]

    assert missing_rooms == []
    assert missing_modules == []


def _room(path) -> bool:
    return (path / "__init__.py").is_file()


def test_every_decision_record_is_listed_and_has_its_three_parts():
    """Context, decision, consequences; half a page; in the index."""
    folder = ROOT / "governance" / "decisions"
    index = (folder / "README.md").read_text("utf-8")
    records = sorted(folder.glob("[0-9]*.md"))

    assert records
    for number, record in enumerate(records, start=1):
        text = record.read_text("utf-8")
        assert record.name.startswith(f"{number:04d}-")
        assert f"]({record.name})" in index
        assert all(f"**{part}.**" in text for part in ("Context", "Decision", "Consequences"))
        assert len(text.splitlines()) <= 40


def test_the_examples_for_contributors_run(tmp_path):
    """The gate passes, refuses and cannot judge; the monitor and the stage answer; all register."""
    file = tmp_path / "snippets.py"
    file.write_text("\n".join(chain(blocks(CONTRIBUTING, "python"), [SNIPPETS])), "utf-8")

    done = subprocess.run(
        [sys.executable, file],
        env={"PYTHONPATH": str(ROOT / "tests" / "support"), "PATH": "", "OMP_NUM_THREADS": "1"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "pass refuse cannot_judge",
        "ok breach",
        "{'Ann': 'v3 serves from now on'}",
        "The challenger's mean score lies near the mean label.",
        "Breached when fewer rows were served than drift can be judged on.",
        "What each owner is told about a new champion.",
        "1 0",
        "1 volume",
    ]
