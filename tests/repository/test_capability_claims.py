"""Claims agree with the code and with their page, and nothing that registers is left out."""

import re

from capability_pages import PAGE, page
from checkout import dotted, modules

from caf_pipelines.proving.checkout import ROOT, written_pages, written_tests
from caf_pipelines.proving.declared import REGISTERING, tags
from caf_pipelines.proving.gathering import claims, rubric_tests
from caf_platform.capabilities import Capability
from caf_platform.ledger.events import EVENT_TYPES
from caf_platform.plugins import PLUGINS, Kind


def test_every_module_that_registers_is_on_the_map() -> None:
    """Importing those that are named registers all there is."""
    tags()
    for path in modules():
        if not re.search(r"^@?(register|stage)\(", path.read_text("utf-8"), re.MULTILINE):
            continue
        name = dotted(path)
        known = any(name == one or name.startswith(f"{one}.") for one in REGISTERING)
        kept = [p.name for kind in Kind for p in PLUGINS.of(kind) if p.target.__module__ == name]
        assert known or kept, f"{name} registers and is not imported by the map"


def test_the_page_is_what_is_claimed() -> None:
    """Whoever changes a claim or a tag writes the page anew: docs/write_pages.py."""
    assert PAGE.read_text("utf-8") == page()


def test_what_is_named_is_there() -> None:
    """Each test, page, file and kind of event; in both directions for tags."""
    found = tags()
    for capability, claim in claims().items():
        assert set(claim.tests) == written_tests(claim.tests)
        assert set(claim.pages) == written_pages(claim.pages)
        assert all((ROOT / name).is_file() for name in claim.files)
        assert set(claim.records) <= set(EVENT_TYPES)
        assert set(claim.parts) == {tag.name for tag in found.get(capability, ())}
    for one in rubric_tests():
        assert set(one.tests) == written_tests(one.tests)


def test_everything_built_names_its_crosswalk() -> None:
    """Whatever is claimed to act stands in another framework too."""
    bare = [
        capability
        for capability, claim in claims().items()
        if claim.promises and not (claim.crosswalk.nist or claim.crosswalk.eu)
    ]
    assert bare == []
    assert len(Capability) == len(claims())
