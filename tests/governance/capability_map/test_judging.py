"""A status is what was found, and nothing that is claimed."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from caf_governance.capability_map.claims import Claim, Claims, Promise, Status
from caf_governance.capability_map.judging import Found, Kept, Row, Tag, judge
from caf_platform.capabilities import Capability

IT = Capability.RISK_MANAGEMENT
TEST = "tests/test_it.py::test_it_refuses"
RED = "tests/test_it.py::test_it_was_red"
CLAIM = Claim(
    reach=Status.ENFORCED,
    by=("gate strict", "infra/tool.py"),
    promises=(Promise(says="It refuses.", tests=(TEST,)),),
    red=("Tampered", RED),
    records=("gate_decided",),
    pages=("PAGE.md#part",),
)
ALL = Found(
    tags={IT: (Tag("gate strict", "gates/strict.py"),)},
    tests={TEST, RED},
    ended={TEST: "passed", RED: "passed"},
    answered={"strict refuse", "gates/strict.py Tampered"},
    kept={"gate_decided": Kept(3, 30)},
    pages={"PAGE.md#part"},
    files={"infra/tool.py"},
)


def row(claim: Claim = CLAIM, found: Found = ALL) -> Row:
    """The row of one capability, with nothing claimed of the others."""
    rest: Claims = dict.fromkeys(Capability, Claim(reach=Status.EMPTY))
    return next(one for one in judge({**rest, IT: claim}, found) if one.capability is IT)


def test_what_was_all_found_is_enforced() -> None:
    """Tagged, its tests passed, seen red; recorded and documented too, which is less."""
    found = row()

    assert (found.status, found.overclaims, found.unproved) == (Status.ENFORCED, (), ())
    assert found.reached
    assert found.refusals == ("strict refuse", "Tampered", RED)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"tags": {}}, "'gate strict' is not tagged with it in the code"),
        (
            {"tags": {IT: (Tag("gate strict", "f"), Tag("stage more", "f"))}},
            "'stage more' is tagged with it and not claimed",
        ),
        ({"tests": {RED}}, f"there is no test {TEST}"),
        ({"ended": {TEST: "failed", RED: "passed"}}, f"{TEST} failed"),
        ({"ended": {TEST: "skipped", RED: "passed"}}, f"{TEST} skipped"),
        ({"ended": {TEST: "passed", RED: "failed"}}, f"{RED} failed"),
        ({"files": ()}, "there is no infra/tool.py"),
    ],
)
def test_a_contradiction_is_an_overclaim_and_no_longer_enforced(
    change: Mapping[str, object], says: str
) -> None:
    """A tag, a test, a file that is gone, or a test that did not pass; what is less still holds."""
    found = row(found=replace(ALL, **change))

    assert found.overclaims == (says,)
    assert found.status is Status.RECORDED


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"ended": {RED: "passed"}}, f"{TEST} did not run over this tree"),
        ({"ended": {}}, f"{TEST} did not run over this tree, nor did 1 more"),
        ({"answered": {"gates/strict.py Tampered"}}, "not seen over this tree: strict refuse"),
        ({"answered": {"strict refuse"}}, "not seen over this tree: Tampered"),
    ],
)
def test_what_did_not_run_is_not_enforced_and_no_overclaim(
    change: Mapping[str, object], says: str
) -> None:
    """Nobody can tell yet; that fails no build and earns no status."""
    found = row(found=replace(ALL, **change))

    assert (found.status, found.overclaims) == (Status.RECORDED, ())
    assert found.unproved == (says,)


def test_what_nothing_refuses_is_not_enforced() -> None:
    """Tests that pass are not enough: something must have been seen to say no."""
    claim = CLAIM.model_copy(update={"by": ("stage plain",), "red": ()})
    found = row(claim, replace(ALL, tags={IT: (Tag("stage plain", "f"),)}))

    assert found.status is Status.RECORDED
    assert found.unproved == ("nothing that acts for it was ever seen to refuse",)


def test_changed_bytes_are_an_overclaim() -> None:
    """An artifact that is missing or not what was recorded takes the record away."""
    claim = CLAIM.model_copy(update={"promises": (), "reach": Status.RECORDED})
    kept = {"gate_decided": Kept(3, 30, ("'evidence/x.json' is not what was recorded",))}

    found = row(claim, replace(ALL, kept=kept))

    assert found.overclaims == ("'evidence/x.json' is not what was recorded",)
    assert found.status is Status.DOCUMENTED


@pytest.mark.parametrize(
    ("kept", "says"),
    [
        (None, "nothing was played in this home"),
        ({}, "not in this home's ledger: gate_decided"),
        ({"gate_decided": Kept(0)}, "not in this home's ledger: gate_decided"),
    ],
)
def test_what_was_not_played_is_not_recorded(kept: dict[str, Kept] | None, says: str) -> None:
    """An empty ledger contradicts nothing, and records nothing."""
    claim = CLAIM.model_copy(update={"promises": (), "reach": Status.RECORDED})

    found = row(claim, replace(ALL, kept=kept))

    assert (found.status, found.overclaims, found.unproved) == (Status.DOCUMENTED, (), (says,))


def test_a_page_that_is_gone_documents_nothing() -> None:
    """What remains is empty, and says what was claimed."""
    claim = Claim(reach=Status.DOCUMENTED, pages=("PAGE.md#part",))

    found = row(claim, replace(ALL, tags={}, pages=()))

    assert (found.status, found.overclaims) == (Status.EMPTY, ("there is no PAGE.md#part",))


def test_a_reach_that_nothing_could_show_is_an_overclaim() -> None:
    """Unless it is said what is missing: then it is empty, in the open."""
    nothing = Claim(reach=Status.ENFORCED)
    honest = Claim(reach=Status.ENFORCED, missing=("all of it",))
    bare = replace(ALL, tags={})

    assert row(nothing, bare).overclaims == (
        "nothing could show that it is enforced, and nothing is said to be missing",
    )
    assert (row(honest, bare).overclaims, row(honest, bare).status) == ((), Status.EMPTY)


def test_what_is_missing_is_not_reached() -> None:
    """A capability that is enforced in part has not come where it is meant to."""
    assert not row(CLAIM.model_copy(update={"missing": ("the rest",)})).reached


def test_out_of_scope_says_why() -> None:
    """It claims nothing, so that nothing can contradict it."""
    claim = Claim(reach=Status.OUT_OF_SCOPE, why="No software does that.")

    found = row(claim, replace(ALL, tags={}))

    assert (found.status, found.overclaims, found.unproved) == (Status.OUT_OF_SCOPE, (), ())
