"""Mutants that no test noticed, each with a reason; and the page that tells of them.

A reason follows by rule where only a sentence for people changed. Every other survivor needs one
in `survivors.toml`, by its function: the change means the same, or it does not matter, and why.
"""

import json
import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from checkout import ROOT
from mutation import Mutated, Survivor

RESULTS: Final = ROOT / "build" / "mutation"
TABLE: Final = Path(__file__).with_name("survivors.toml")

WORDS: Final = "changes only words for people"
LEFT_OUT: Final = "leaves out a sentence for people"

_LITERAL: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_SENTENCE: Final = re.compile(r"\b(what|why|next_step|because|detail|text|title)=")

HEAD: Final = """# Mutation testing

A mutant is the code with one small change: a `<` that became `<=`, a number one more, an argument
left out. Where no test notices, either a test is missing or the change means nothing. At least 85 %
must be noticed in each area that decides (`make harden`), and each survivor has a reason: by rule
where it {words} or {left_out}, otherwise from
[survivors.toml](../tests/support/survivors.toml). Written by `docs/write_mutation.py`.

| area | mutants | noticed | share | of the others only words | on |
|---|--:|--:|--:|--:|---|
"""


def reasons() -> dict[str, str]:
    """What the table says, by function."""
    return dict(tomllib.loads(TABLE.read_text("utf-8")))


def reason(survivor: Survivor, table: Mapping[str, str]) -> str:
    """Why nobody needs to notice it; empty when there is no reason yet."""
    if only_words(survivor):
        return WORDS
    if leaves_out_a_sentence(survivor):
        return LEFT_OUT
    return table.get(survivor.function, "")


def only_words(survivor: Survivor) -> bool:
    """Whether texts of several words changed, in their letters' case or by marks around them.

    A text of one word is a code, a name or a key, which machines rely on.
    """
    before, after = (_LITERAL.findall(text) for text in (survivor.before, survivor.after))
    changed = [pair for pair in zip(before, after, strict=False) if pair[0] != pair[1]]
    rest = {_LITERAL.sub('""', text) for text in (survivor.before, survivor.after)}
    return (
        len(before) == len(after)
        and len(rest) == 1
        and bool(changed)
        and all(
            " " in was.strip('" ') and was.lower() == now.replace("XX", "").lower()
            for was, now in changed
        )
    )


def leaves_out_a_sentence(survivor: Survivor) -> bool:
    """Whether an argument that is for people became None, or is not given."""
    asked = [sorted(_SENTENCE.findall(t)) for t in (survivor.before, survivor.after)]
    fewer = len(asked[1]) == len(asked[0]) - 1
    nothing = bool(re.search(_SENTENCE.pattern + "None", survivor.after))
    return bool(asked[0]) and (fewer or nothing)


def unexplained(found: Mutated, table: Mapping[str, str]) -> list[Survivor]:
    """Survivors without a reason."""
    return [one for one in found.survivors if not reason(one, table)]


def keep(found: Mutated) -> None:
    """Write an area's outcome where the page is made from."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    said = asdict(found) | {"on": f"{datetime.now(UTC):%Y-%m-%d}"}
    (RESULTS / f"{found.area}.json").write_text(json.dumps(said, indent=2), "utf-8")


def page() -> str:
    """The page, from every outcome that was kept."""
    kept = [json.loads(path.read_text("utf-8")) for path in sorted(RESULTS.glob("*.json"))]
    areas = [(_outcome(said), said["on"]) for said in kept]
    table = reasons()
    lines = [
        f"| {one.area} | {one.mutants:,} | {one.killed:,} | {one.score:.1%}"
        f" | {sum(map(only_words, one.survivors))} | {on} |"
        for one, on in areas
    ]
    parts = [_part(one, table) for one, _ in areas]
    head = HEAD.format(words=WORDS, left_out=LEFT_OUT)
    return head + "\n".join(lines) + "\n" + "".join(parts)


def _outcome(said: dict[str, object]) -> Mutated:
    survivors = tuple(Survivor(**one) for one in said["survivors"])
    return Mutated(area=said["area"], mutants=said["mutants"], survivors=survivors)


def _part(one: Mutated, table: Mapping[str, str]) -> str:
    counted = Counter((each.function, reason(each, table)) for each in one.survivors)
    rows = (
        f"| `{function}` | {count} | {why or '**none yet**'} |\n"
        for (function, why), count in sorted(counted.items())
    )
    head = f"\n## {one.area.capitalize()}\n\n| function | survivors | reason |\n|---|--:|---|\n"
    return head + "".join(rows)
