"""`caf catalog`: what people and machines are shown of the data, without a value of anybody."""

import json

import pytest
from html_page import HtmlPage
from played import Played, document

from caf_pipelines.catalogue.gathering import card, gather
from caf_pipelines.catalogue.page import catalogue_text
from caf_pipelines.cli.app import run


def shown(lived: Played, capsys: pytest.CaptureFixture[str], *words: str) -> dict:
    """The JSON document of a verb of the catalogue."""
    assert lived.caf("catalog", *words, "--json") == 0
    return document(capsys.readouterr().out)


def spoil(lived: Played, old: str, new: str) -> None:
    """Change the micro project's declaration."""
    path = lived.root / "projects" / "micro" / "project.py"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_everything_is_listed(lived, capsys):
    """With class and owner, for people and machines."""
    entries = shown(lived, capsys, "list")["entries"]

    assert [one["name"] for one in entries][:2] == ["sensor", "row"]
    assert {one["owner"] for one in entries} == {"Dan"}
    assert lived.caf("catalog", "list") == 0
    assert "degrees from normal" in capsys.readouterr().out


def test_a_gap_is_listed(lived, capsys):
    """What training will refuse for is seen before."""
    spoil(lived, 'owner="Dan",', "")

    dataset = shown(lived, capsys, "list")["entries"][0]

    assert dataset["missing"] == ["owner"]
    assert lived.caf("catalog", "show", "sensor") == 0
    assert "no model is trained before it is declared" in capsys.readouterr().out


def test_search_ranks_and_helps(lived, capsys):
    """The name first; a word that is nowhere is wrong usage, with the nearest one."""
    first, *_ = shown(lived, capsys, "search", "SITE")["entries"]
    assert first["name"] == "site"
    assert lived.caf("catalog", "search", "degrees") == 0
    assert "heat" in capsys.readouterr().out
    assert lived.caf("catalog", "search", "degreess") == 2
    assert "Did you mean 'degrees'?" in capsys.readouterr().err
    assert lived.caf("catalog", "show", "heet") == 2
    assert "Did you mean 'heat'?" in capsys.readouterr().err


def test_a_card_has_profile_and_lineage(lived, capsys):
    """Counts of the stored rows, deliveries by digest, versions with what they predicted."""
    (found,) = shown(lived, capsys, "show", "micro/heat")["cards"]

    assert found["profile"]["rows"] == found["rows"]
    assert -10 <= found["profile"]["low"] < found["profile"]["high"] <= 10
    assert len(found["up"][0]["raw_digest"]) == 64
    assert [one["version"] for one in found["down"]] == list(lived.state().models)
    assert lived.caf("catalog", "show", "heat") == 0
    assert "champion since" in capsys.readouterr().out


def test_a_dataset_has_its_columns_and_a_label_its_rows(lived, capsys):
    """Neither has values of its own to count."""
    (dataset,) = shown(lived, capsys, "show", "sensor")["cards"]
    (label,) = shown(lived, capsys, "show", "fails")["cards"]

    assert dataset["members"] == ["row", "at", "day", "heat", "noise", "site", "fails"]
    assert label["profile"] is None
    assert label["rows"] == sum(one.joined for one in lived.state().labels)


def test_what_is_sensitive_shows_no_value(lived, capsys):
    """No smallest, no largest; of the key, which is different in every row, not even how many."""
    for path in [lived.root / "projects" / "micro" / "project.py"]:
        text = path.read_text("utf-8").replace(
            "Classification.INTERNAL", "Classification.SENSITIVE"
        )
        path.write_text(text, "utf-8")

    (heat,) = shown(lived, capsys, "show", "heat")["cards"]
    (row,) = shown(lived, capsys, "show", "row")["cards"]

    assert heat["profile"]["low"] is None
    assert heat["profile"]["high"] is None
    assert row["profile"]["distinct"] is None
    assert "distinct" in row["profile"]["withheld"]


def test_a_project_that_was_never_played_has_cards_too(tmp_path, capsys):
    """Without anything counted; looking makes no ledger."""
    played = Played.begun(tmp_path)

    assert played.caf("catalog", "show", "heat") == 0
    assert "never played" in capsys.readouterr().out
    assert played.caf("catalog", "page") == 0
    assert not (played.home / "ledger.db").exists()


def test_a_project_with_mistakes_is_named_and_the_others_are_shown(lived, capsys):
    """One that was asked for by name is an error."""
    spoil(lived, 'name="micro",', 'name="macro",')

    said = shown(lived, capsys, "list")

    assert said["entries"] == []
    assert "micro" in said["unreadable"]
    assert lived.caf("catalog", "list") == 0
    assert "cannot be read" in capsys.readouterr().out
    assert lived.caf("catalog", "list", "--project", "micro") == 2


def test_the_examples_lack_nothing(capsys):
    """Every dataset of the use cases in this clone has owner, steward, class, and origin."""
    assert run(["catalog", "list", "--json"]) == 0
    entries = json.loads(capsys.readouterr().out)["entries"]

    assert {one["project"] for one in entries} >= {"employment", "flight_delays"}
    assert all(one["missing"] == [] for one in entries)
    assert all(one[said] for one in entries for said in ("origin", "licence", "retention"))
    sensitive = {one["name"] for one in entries if one["classification"] == "sensitive"}
    assert {"survey", "AGEP", "DIS", "SEX", "RAC1P", "age_group"} <= sensitive


def test_the_page_is_whole_and_readable_without_script(lived, capsys):
    """Every entry is there, escaped; search is hidden until the script shows it."""
    spoil(lived, "degrees from normal", "<b>degrees</b>")
    out = lived.root / "catalogue.html"

    assert shown(lived, capsys, "page", "--out", str(out)) == {"page": str(out), "entries": 8}
    page = HtmlPage(out.read_text("utf-8"))

    assert page.mistakes == []
    cards = [one for one in page.all("details") if "data-words" in one.attributes]
    assert len(cards) == 8
    assert (
        "hidden"
        in next(e for e in page.all("div") if "find" in e.attributes.get("class", "")).attributes
    )
    assert [one.attributes["for"] for one in page.all("label")] == ["words"]
    assert not page.all("b")
    assert "<b>degrees</b>" in page.all("body")[0].text
    assert not [e for e in page.elements if "src" in e.attributes or e.tag == "link"]
    policy = next(e.attributes["content"] for e in page.all("meta") if "http-equiv" in e.attributes)
    assert "default-src 'none'" in policy


def test_the_page_says_the_same_each_time(lived):
    """The same cards, the same text; what cannot be read is said."""
    platform = lived.platform()
    found = gather(platform)
    cards = [card(one, found.entries, lived.state(), None) for one in found.entries]
    titles = {"micro": "Machine failures"}

    text = catalogue_text(cards, titles, {"other": "3 mistakes"})

    assert text == catalogue_text(cards, titles, {"other": "3 mistakes"})
    assert "other cannot be read: 3 mistakes" in text
    assert "There is no project here." in catalogue_text([], {}, {})
