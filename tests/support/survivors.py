"""Mutants that no test noticed, each with a reason; and the page that tells of them.

A reason follows by rule where only a sentence for people changed. Every other survivor needs one
in `survivors.toml`, by its function and its changed line: why nobody needs to notice it.
"""

import json
import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from checkout import ROOT
from mutation import Mutated, Survivor

KEPT: Final = ROOT / "build" / "mutation"
RESULTS: Final = ROOT / "tests" / "harden" / "mutation.json"
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
[survivors.toml](../tests/support/survivors.toml). Written by `docs/write_pages.py`.

| area | mutants | noticed | share | of the others only words | on |
|---|--:|--:|--:|--:|---|
"""


Reasons = Mapping[tuple[str, str], str]
"""Why a mutant may survive, by its function and its changed line."""


def reasons() -> Reasons:
    """What the table says."""
    told = tomllib.loads(TABLE.read_text("utf-8"))["survivor"]
    return {(one["function"], line): one["why"] for one in told for line in one["instead"]}


def reason(survivor: Survivor, table: Reasons) -> str:
    """Why nobody needs to notice it; empty when there is no reason yet."""
    if only_words(survivor):
        return WORDS
    if leaves_out_a_sentence(survivor):
        return LEFT_OUT
    return table.get((survivor.function, survivor.after), "")


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


def unexplained(found: Mutated, table: Reasons) -> list[Survivor]:
    """Survivors without a reason."""
    return [one for one in found.survivors if not reason(one, table)]


def keep(found: Mutated) -> None:
    """Keep what an area came to; an earlier result of the same area is replaced."""
    KEPT.mkdir(parents=True, exist_ok=True)
    said = asdict(found) | {"on": f"{datetime.now(UTC):%Y-%m-%d}"}
    (KEPT / f"{found.area}.json").write_text(json.dumps(said, indent=2), "utf-8")


def collected(folder: Path = KEPT) -> dict[str, Any]:
    """The committed results by area, with those kept since put in their place."""
    known: dict[str, Any] = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    kept = [json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")]
    return dict(sorted((known | {said["area"]: said for said in kept}).items()))


def page(results: dict[str, Any]) -> str:
    """The page in Markdown: a table, and each area's survivors below."""
    areas = [(_outcome(said), said["on"]) for said in results.values()]
    table = reasons()
    lines = [
        f"| {one.area} | {one.mutants:,} | {one.killed:,} | {one.score:.1%}"
        f" | {sum(map(only_words, one.survivors))} | {on} |"
        for one, on in areas
    ]
    parts = [_part(one, table) for one, _ in areas]
    head = HEAD.format(words=WORDS, left_out=LEFT_OUT)
    return head + "\n".join(lines) + "\n" + "".join(parts)


def _outcome(said: dict[str, Any]) -> Mutated:
    survivors = tuple(Survivor(**one) for one in said["survivors"])
    return Mutated(area=said["area"], mutants=said["mutants"], survivors=survivors)


def _part(one: Mutated, table: Reasons) -> str:
    counted = Counter((each.function, reason(each, table)) for each in one.survivors)
    rows = (
        f"| `{function}` | {count} | {why or '**none yet**'} |\n"
        for (function, why), count in sorted(counted.items())
    )
    head = f"\n## {one.area.capitalize()}\n\n| function | survivors | reason |\n|---|--:|---|\n"
    return head + "".join(rows)
