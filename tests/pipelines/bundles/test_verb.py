"""`caf verify` and `caf card`: a promotion's evidence, recomputed from one folder."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from html_page import HtmlPage
from played import Played, document, environment

from caf_pipelines.bundles.folder import folder_of, keep_bundles, write_bundles
from caf_pipelines.bundles.gathering import promotions
from caf_platform.ledger.events import GateDecided

HEAVY = {
    "boto3", "evidently", "great_expectations", "mlflow", "numpy", "pandas", "prefect", "pyarrow",
    "scipy", "skops", "sklearn",
}  # fmt: skip


def bundle_of(played: Played, version: str = "v2") -> Path:
    """Where the home keeps the bundle of a version."""
    records = list(played.platform().ledger.read())
    found = next(one for one in promotions(records) if one.payload["version"] == version)
    return folder_of(played.platform().home, "micro", found)


def contents(paths: list[Path]) -> list[dict[str, bytes]]:
    """Every file of some bundles."""
    return [{p.name: p.read_bytes() for p in one.rglob("*") if p.is_file()} for one in paths]


def test_each_promotion_can_be_verified(
    whole_life: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every check is told, with who signed, and in how long."""
    for version in ("v1", "v2"):
        assert whole_life.caf("verify", version, "--json") == 0
        found = document(capsys.readouterr().out)
        assert found["good"]
        assert {one["name"] for one in found["checks"]} >= {"signature", "gates", "door"}
        assert found["seconds"] < 2
        assert len(found["signed_by"]) == 64

    assert whole_life.caf("verify", "v2") == 0
    assert "v2 holds: every digest and decision follows" in capsys.readouterr().out


def test_verifying_alone_needs_no_home_and_no_model_library(
    lived: Played, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A copy of the folder is enough; nothing of the home is read, and nothing heavy imported."""
    assert lived.caf("verify", "v2", "--json") == 0
    key = document(capsys.readouterr().out)["signed_by"]
    copy, home = tmp_path / "elsewhere", lived.platform().home
    shutil.copytree(bundle_of(lived), copy)
    shutil.rmtree(home)
    code = (
        "import json, sys\nfrom caf_pipelines.cli.app import run\n"
        f"code = run(['verify', 'v2', '--bundle', {str(copy)!r}, '--key', {key!r}])\n"
        "print(json.dumps([code, sorted({m.split('.')[0] for m in sys.modules})]))"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(lived),
        capture_output=True,
        text=True,
        check=True,
    )

    ended, modules = json.loads(done.stdout.splitlines()[-1])
    assert ended == 0
    assert not home.exists()
    assert HEAVY & set(modules) == set()


def test_a_changed_folder_ends_with_one_and_names_the_file(
    lived: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """A byte in the home's own bundle."""
    lived.caf("verify", "v1")
    file = bundle_of(lived, "v1") / "evidence" / "policy.json"
    file.write_bytes(file.read_bytes().replace(b"1", b"2", 1))
    capsys.readouterr()

    assert lived.caf("verify", "v1") == 1

    told = capsys.readouterr().out
    assert "evidence/policy.json was changed" in told
    assert "v1 does not hold" in told


def test_another_bundle_and_another_key_are_not_taken(
    lived: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """One that holds in itself is not the one that was asked for."""
    lived.caf("verify", "v1")
    folder = bundle_of(lived, "v1")
    capsys.readouterr()

    assert lived.caf("verify", "v2", "--bundle", str(folder)) == 1
    assert "it is the bundle of v1, not v2" in capsys.readouterr().out
    assert lived.caf("verify", "v1", "--bundle", str(folder), "--key", "0" * 64) == 1
    assert f"not {'0' * 64}" in capsys.readouterr().out


def test_what_was_never_promoted_has_no_bundle(
    lived: Played, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nor has a folder that is none, or one that leads elsewhere."""
    assert lived.caf("verify", "v9") == 2
    assert "never promoted" in capsys.readouterr().err
    assert lived.caf("verify", "v1", "--bundle", str(tmp_path / "nowhere")) == 2
    assert "There is no bundle" in capsys.readouterr().err
    other = tmp_path / "other"
    other.mkdir()
    (other / "link").symlink_to("/etc/hostname")
    assert lived.caf("verify", "v1", "--bundle", str(other)) == 2
    assert "no plain file" in capsys.readouterr().err


def test_a_bundle_is_the_same_whenever_it_is_made(lived: Played) -> None:
    """Made again after it was lost, by whoever comes next, byte by byte; and none is half there."""
    platform, project = lived.platform(), lived.project().declaration
    records = list(platform.ledger.read())
    first = contents(write_bundles(platform, project, records))
    shutil.rmtree(platform.home / "bundles")

    again = write_bundles(platform, project, records)

    assert contents(again) == first
    assert not list((platform.home / "bundles").rglob(".*"))


def test_what_cannot_be_gathered_stops_nobody(
    lived: Played, caplog: pytest.LogCaptureFixture
) -> None:
    """A missing evaluation is told in the log; asking for that bundle says so."""
    shutil.rmtree(lived.platform().home / "bundles", ignore_errors=True)
    gate = lived.records(GateDecided)[0].event
    lived.platform().lake.delete(gate.evidence_key)
    records = list(lived.platform().ledger.read())

    keep_bundles(lived.platform(), lived.project().declaration, records)

    assert "a bundle was not written" in caplog.text
    assert lived.caf("verify", "v1") != 0


def test_the_model_card_tells_what_the_bundle_holds(
    lived: Played, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Printed or written; what the project does not say is said to be missing."""
    assert lived.caf("card", "v1") == 0
    card = capsys.readouterr().out
    assert card.startswith("---\nlicense: ")
    for heading in ("Intended use", "Limits", "Training data", "Evaluation", "Gates"):
        assert f"## {heading}" in card
    assert "The project says nothing about it." in card
    rests_on = card.partition("## What it rests on")[2].partition("##")[0]
    assert next(line for line in rests_on.splitlines() if " to " in line).startswith("| heat |")

    assert lived.caf("card", "v1", "--out", str(tmp_path / "card.md")) == 0
    assert (tmp_path / "card.md").read_text("utf-8") == card


def test_the_model_card_is_a_page_too(lived: Played, tmp_path: Path) -> None:
    """Sound, whole, and with every section of the card."""
    page = tmp_path / "card.html"

    assert lived.caf("card", "v1", "--out", str(page)) == 0

    drawn = HtmlPage(page.read_text("utf-8"))
    assert drawn.mistakes == []
    assert not drawn.all("link", "img")
    headings = re.findall(r"<h2[^>]*>([^<]+)<", page.read_text("utf-8"))
    assert headings[:3] == ["Model details", "Intended use", "Limits"]
    assert "Gates" in headings
