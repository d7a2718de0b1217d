"""The page is sound: well formed, whole, reachable, escaped, and the same each time."""

import base64
import hashlib
import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from drawn_page import html_of, lived_play, page_of
from html_page import SVG
from micro.data import Sensor, delivery, truth
from micro_play import World, telling

from caf_platform.ledger.state import BatchState
from caf_platform.project.source import DeliveryKind

EVIL = "<script>alert('x')</script>&\"day"


def test_every_element_is_closed_in_order(page):
    """No tag is left open and none crosses another."""
    assert page.mistakes == []


def test_every_picture_is_sound_xml_with_a_text_alternative(page):
    """Title and description by reference; what only decorates is hidden."""
    pictures = page.pictures

    assert len(pictures) > 10
    for one in pictures:
        if one.get("aria-hidden") == "true":
            continue
        named = one.get("aria-labelledby").split()
        inside = {child.get("id"): child for child in one}
        assert [inside[name].tag for name in named] == [f"{SVG}title", f"{SVG}desc"]
        assert all(inside[name].text.strip() for name in named)
        assert one.get("role") in {"img", "group"}


def test_a_picture_with_links_is_no_image(page):
    """Inside an image a screen reader finds no links; each link says where it leads."""
    for one in page.pictures:
        links = one.findall(f".//{SVG}a")
        assert bool(links) == (one.get("role") == "group")
        assert all(link.get("aria-label") for link in links)


def test_every_picture_has_its_numbers_in_a_table(page):
    """One table behind a summary for each figure."""
    figures, numbers = page.all("figure"), page.all("summary")

    told = [one for one in numbers if one.text.startswith("Numbers of this picture")]

    assert len(told) == len(figures) > 5


def test_identifiers_are_unique_and_every_link_on_the_page_arrives(page):
    """No identifier twice; no link to nowhere."""
    twice = [name for name, times in Counter(page.ids).items() if times > 1]
    links = [one.attributes["href"] for one in page.all("a")]

    lost = [link for link in links if link.startswith("#") and link[1:] not in page.ids]

    assert twice == []
    assert lost == []
    assert any(link == "#w-0005" for link in links)


def test_labels_refer_to_what_is_there(page):
    """Every `aria-labelledby` names existing identifiers."""
    named = {
        name for one in page.elements for name in one.attributes.get("aria-labelledby", "").split()
    }

    assert named <= set(page.ids)


def test_headings_are_in_order(page):
    """One first heading, and never a level left out on the way down."""
    levels = [int(one.tag[1]) for one in page.all("h1", "h2", "h3", "h4", "h5", "h6")]

    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(later <= former + 1 for former, later in pairwise(levels))


def test_landmarks_and_skip_link(page):
    """Header, navigation, main and footer, and a way past them for the keyboard."""
    assert [len(page.all(tag)) for tag in ("nav", "main", "footer")] == [1, 1, 1]
    first = page.all("a")[0]
    assert first.attributes == {"class": "skip", "href": "#main"}
    assert page.all("html")[0].attributes["lang"] == "en"


def test_tables_have_captions_and_headers_for_their_columns(page):
    """And where they may be wider than the screen, the keyboard can move them."""
    tables, captions = page.all("table"), page.all("caption")

    regions = [one for one in page.elements if one.attributes.get("role") == "region"]

    assert len(tables) == len(captions) == len(regions)
    assert all(one.attributes["tabindex"] == "0" for one in regions)
    assert all(one.attributes.get("scope") == "col" for one in page.all("th"))


def test_nothing_is_loaded_from_anywhere(page):
    """No address but the name of the SVG language, and no element that could fetch."""
    text = page.source.replace("http://www.w3.org/2000/svg", "")

    assert not re.search(r"https?:|//[a-z]+\.|@import|url\(", text)
    assert page.all("link", "img", "iframe", "object", "embed", "audio", "video") == []
    assert [one.attributes for one in page.all("script")] == [{}]


def test_the_page_forbids_itself_the_network(page):
    """Nothing but exactly its own style and script may be used, and no inline style."""
    policy = next(
        one.attributes["content"] for one in page.all("meta") if "http-equiv" in one.attributes
    )
    for tag in ("style", "script"):
        inside = re.search(rf"<{tag}>(.*?)</{tag}>", page.source, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert all("style" not in one.attributes for one in page.elements)
    assert not any(name.startswith("on") for one in page.elements for name in one.attributes)


def test_the_same_ledger_gives_the_same_bytes():
    """Drawn twice, also when the second time reads back what the first has computed."""
    play = lived_play()

    first, second, elsewhere = html_of(play), html_of(play), html_of(lived_play())

    assert first == second == elsewhere


@pytest.fixture(scope="module")
def evil():
    """A play in which a batch, its cells and an incident are named by somebody who means harm."""
    rows = truth(9).drop(columns="label").astype(str)
    rows["site"] = EVIL
    named = replace(delivery(9, rows), name="<b>day-09</b>")
    more = (replace(named, arrives_at=named.arrives_at + timedelta(seconds=1)),)
    source = Sensor(days=range(1, 9), more=more)
    return World().played(telling(source))


def test_names_and_reasons_are_escaped(evil):
    """What data say is text, wherever it stands."""
    evil.session.open_incident("decide", EVIL, severity="high", title=EVIL, cause=EVIL)
    assert any(one.kind is DeliveryKind.BATCH for one in evil.session.source.deliveries(None))

    page = page_of(evil)

    assert page.mistakes == []
    assert "<b>day-09</b>" in page.text
    assert EVIL in page.text
    assert page.all("b") == []
    assert len(page.all("script")) == 1
    assert [one.tag for one in page.pictures] == [f"{SVG}svg"] * len(page.pictures)


def test_a_play_that_has_just_begun_can_be_drawn():
    """No batch, no model, no window: the page says so."""
    page = page_of(World().opened())

    assert page.mistakes == []
    assert "No model has been trained yet" in page.text
    assert "No window has been looked at yet" in page.text
    assert "no batches arrived" in page.text.casefold()


def test_data_without_a_model_can_be_drawn():
    """A window was looked at before there was anything to serve."""
    play = World().played(telling(Sensor(days=range(1, 8))))

    page = page_of(play)

    assert page.mistakes == []
    assert "nobody served" in page.text


def test_a_year_of_batches_stays_small():
    """365 batches, all of them with rows set aside, in less than a megabyte and a half."""
    play = lived_play()
    batches = play.session.state.batches
    batches |= _many(batches["day-10"], 365)

    text = html_of(play)

    assert "batch-364" in text
    assert len(text.encode()) < 1_500_000


def _many(batch: BatchState, number: int) -> dict[str, BatchState]:
    """Copies of a batch under other names, a day apart."""
    found = {}
    for at in range(number):
        arrived = batch.first.arrived_at + timedelta(days=at)
        name = f"batch-{at:03d}"
        received = batch.received.model_copy(update={"batch": name, "arrived_at": arrived})
        validated = batch.validated.model_copy(update={"batch": name})
        found[name] = replace(batch, received=received, first=received, validated=validated)
    return found
