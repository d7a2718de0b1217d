"""The page of what is claimed of each capability, and back from code: docs/capabilities.md."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from checkout import ROOT

from caf_governance.capability_map.claims import Claim
from caf_governance.capability_map.maturity import FRESH_DAYS, PLAYS
from caf_governance.capability_map.score import RubricTest
from caf_pipelines.proving.declared import tags
from caf_pipelines.proving.gathering import claims, rubric_tests
from caf_platform.capabilities import WHITEPAPER, Capability, Perspective

PAGE: Final = ROOT / "docs" / "capabilities.md"

HEAD: Final = f"""# Capabilities

What this platform claims of the 49 capabilities of {WHITEPAPER}, and what would show each claim:
the code that is tagged with it, tests, records of the ledger, pages. **No status stands on this
page**, for a status is computed: `make capabilities` looks which of these tests ran and passed over
exactly your tree, whether what they name was seen to refuse, whether your home's ledger has the
records with every byte that they name, and which pages are there.

- **enforced**: tagged in the code, every test named here passed over this tree, and each gate,
  monitor and control among them was seen to refuse in it
- **recorded**: this home's ledger has the records, and the lake every byte that they name
- **documented**: the pages are there
- **empty**: nothing of that; shown as empty, with what is missing
- **out of scope**: with the reason

`make check` fails on an overclaim: a test, tag, page or artifact that is claimed and not there,
code that is tagged and not claimed, a test that failed or was skipped. What did not run yet is no
overclaim, and no status either; `make capabilities PROVED=1` fails on that too. Claims stand in
[capabilities.yaml](../governance/capabilities.yaml), the rubric in
[ml_test_score.yaml](../governance/ml_test_score.yaml). This page is written by
`docs/write_pages.py`.

`make maturity` computes a level for each from evidence in your home and tree. Each level asks for
those below it:

| level | asks for |
|---|---|
| 1 defined | code is tagged with it, or a page describes it |
| 2 practised | this home's ledger has events that carry it, or the records that it is to leave |
| 3 proved | its status is what it is meant to reach |
| 4 rehearsed | a game day on which a part of it must object went right here lately |
| 5 sustained | practised in {PLAYS} plays or more, the last one lately, and nothing is missing |

Lately is within {FRESH_DAYS} days. What cannot object is rehearsed by being practised lately.
"""

Claimed = Mapping[Capability, Claim]
Rubric = tuple[RubricTest, ...]


def page() -> str:
    """The page in Markdown."""
    claimed, tests = claims(), rubric_tests()
    parts = [HEAD, *(_view(view, claimed, tests) for view in Perspective), _code(), _rubric(tests)]
    return "\n".join(parts)


def _view(view: Perspective, claimed: Claimed, tests: Rubric) -> str:
    rows = [one for one in Capability if one.perspective is view]
    return "\n".join(
        [f"\n## {view}", *(line for one in rows for line in _capability(one, claimed[one], tests))]
    )


def _capability(capability: Capability, claim: Claim, tests: Rubric) -> list[str]:
    lines = [
        "",
        f"### {capability.label}",
        "",
        f"Meant to be **{claim.reach}**. {claim.why}".rstrip(),
    ]
    files = {tag.name: tag.file for found in tags().values() for tag in found}
    bullets = [
        ("built by", [_link(name, files.get(name, name)) for name in claim.by]),
        *(
            (f"{promise.says}", [_test(test) for test in promise.tests])
            for promise in claim.promises
        ),
        ("seen to refuse", [_test(red) if "::" in red else f"`{red}`" for red in claim.red]),
        ("recorded as", [f"`{name}`" for name in claim.records]),
        ("described in", [_link(page, page) for page in claim.pages]),
        ("missing", list(claim.missing)),
        ("NIST AI RMF 1.0", list(claim.crosswalk.nist)),
        ("EU AI Act", list(claim.crosswalk.eu)),
        ("AWS ML Lens", list(claim.crosswalk.lens)),
        ("ML Test Score", [test.id for test in tests if capability in test.capabilities]),
    ]
    told = [f"- {name.rstrip('.')}: {', '.join(what)}" for name, what in bullets if what]
    return [*lines, "", *told] if told else lines


def _code() -> str:
    by_file: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for capability, found in tags().items():
        for tag in found:
            by_file[tag.file][tag.name].append(capability.label)
    lines = ["\n## From code to capability", "", "| file | part | capabilities |", "|---|---|---|"]
    lines += [
        f"| {_link(file, file)} | {name} | {', '.join(sorted(labels))} |"
        for file in sorted(by_file)
        for name, labels in sorted(by_file[file].items())
    ]
    return "\n".join(lines)


def _rubric(tests: Rubric) -> str:
    lines = [
        "\n## ML Test Score",
        "",
        "The 28 tests of Breck, Cai, Nielsen, Salib and Sculley, *The ML Test Score* (IEEE Big",
        "Data 2017). A point where the tests passed over this tree, half of one where a page says",
        "how to do it by hand; the score is the least of the four sections.",
        "",
        "| test | asks | shown by |",
        "|---|---|---|",
    ]
    return (
        "\n".join([*lines, *(f"| {one.id} | {one.asks} | {_shown(one)} |" for one in tests)]) + "\n"
    )


def _shown(one: RubricTest) -> str:
    if one.missing:
        return f"nothing: {one.missing}"
    if one.by_hand:
        return f"by hand: {_link(one.by_hand, one.by_hand)}"
    return ", ".join(_test(test) for test in one.tests)


def _test(test: str) -> str:
    file, _, name = test.partition("::")
    return f"[{name.removeprefix('test_').replace('_', ' ')}](../{file})"


def _link(name: str, path: str) -> str:
    below = path.removeprefix("docs/")
    return f"[{name}]({below if below != path else f'../{path}'})"
