"""A measurement as Markdown, and the page that shows it between two marks."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bars import BARS, judged

BEGIN, END = "<!-- numbers: written by `make bench` -->", "<!-- end of numbers -->"
GIB = 2**30
QUIET_LOAD = 0.5
"""Processes that wanted to run, on average over the minute before."""


def page(path: Path, results: Mapping[str, Any]) -> None:
    """Put the numbers of a measurement where the page's marks are."""
    before, _, rest = path.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    path.write_text(f"{before}{BEGIN}\n\n{markdown(results)}\n{END}{after}", "utf-8")


def markdown(results: Mapping[str, Any]) -> str:
    """Everything that was measured, as tables."""
    return "\n".join(
        [
            _origin(results),
            _bars(results),
            _plays(results),
            _stages(results),
            _bare(results),
            _verbs(results),
        ]
    )


def _origin(results: Mapping[str, Any]) -> str:
    machine, sample = results["machine"], results["sample"]
    rows = "every flight of the year" if sample is None else f"**a sample: {sample:.0%} of rows**"
    return (
        f"Measured {results['measured_on']} at commit `{results['commit']}` on {rows}: "
        f"{machine['cores']} cores, {machine['memory_gib']:.0f} GiB, {machine['system']}, "
        f"Python {machine['python']}, scikit-learn {machine['scikit-learn']}, load "
        f"{machine['load']:.1f} before it began"
        + (".\n" if machine["load"] < QUIET_LOAD else ": **busy, the clock shows too much**.\n")
    )


def _bars(results: Mapping[str, Any]) -> str:
    numbers = results["numbers"]
    verdicts = judged(numbers, whole_year=results["sample"] is None)
    rows = (
        (bar.what, f"{bar.limit:g} {bar.unit}", _with(numbers.get(bar.name), bar.unit), verdict)
        for bar, verdict in zip(BARS, verdicts.values(), strict=True)
    )
    spun = _with(numbers.get("busy_fit_bare"), "times")
    beside = f"\nThe same fit by scikit-learn as it comes, beside busy cores: {spun} the CPU.\n"
    return _table(("bar", "at most", "found", "verdict"), rows) + beside


def _plays(results: Mapping[str, Any]) -> str:
    bare = results["bare"]
    rows = [
        (
            name,
            f"{used['seconds']:.1f} s",
            f"{used['cpu']:.1f} s",
            f"{used['cpu'] / bare['cpu']:.2f}",
            f"{used['own_cpu']:.1f} s",
            _with(used["seen"].get("stage"), "s"),
            _with(used["seen"].get("line"), "s"),
            f"{used['own_peak'] / GIB:.2f} GiB",
            f"{used['peak'] / GIB:.2f} GiB",
        )
        for name, used in [*results["plays"].items(), ("bare script", bare)]
    ]
    names = (
        "run",
        "clock",
        "CPU",
        "over bare",
        "own CPU",
        "first stage",
        "first line",
        "own peak",
        "peak of all",
    )
    return _table(names, rows)


def _stages(results: Mapping[str, Any]) -> str:
    """Each stage's share of the play under Prefect; the rest is what no stage's record holds."""
    used = results["plays"]["with Prefect"]
    stages = sorted(results["stages"].items(), key=lambda each: -each[1]["cpu_seconds"])
    inside = sum(cost["cpu_seconds"] for _, cost in stages)
    shares = [(name, f"{cost['calls']:.0f}", cost["cpu_seconds"]) for name, cost in stages]
    shares += [
        ("imports, source, ledger, tasks, report", "", used["own_cpu"] - inside),
        ("Prefect's server and other children", "", used["cpu"] - used["own_cpu"]),
    ]
    rows = ((*words, f"{cpu:.1f} s", f"{cpu / used['cpu']:.1%}") for *words, cpu in shares)
    return _table(("part of the play with Prefect", "calls", "CPU", "share"), rows)


def _bare(results: Mapping[str, Any]) -> str:
    bare, same = results["bare"], results["agreement"]
    parts = [(name, cpu) for name, cpu in bare["parts"].items()]
    parts.append(("imports, selecting days", bare["cpu"] - sum(cpu for _, cpu in parts)))
    rows = ((name, f"{cpu:.1f} s", f"{cpu / bare['cpu']:.1%}") for name, cpu in parts)
    return (
        f"The bare script's {same['losses']} losses (gates and windows) differ from the play's by "
        f"at most {same['largest_difference']:.0e}.\n\n"
        + _table(("part of the bare script", "CPU", "share"), rows)
    )


def _verbs(results: Mapping[str, Any]) -> str:
    rows = ((f"`caf {verb}`", f"{cpu:.2f} s") for verb, cpu in results["verbs"].items())
    return _table(("command on that home, median of three", "CPU"), rows)


def _with(number: float | None, unit: str) -> str:
    return "" if number is None else f"{number:.2f} {unit}"


def _table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
