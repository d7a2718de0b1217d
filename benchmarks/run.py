"""Measures the platform against its bars: `make bench`.

`python benchmarks/run.py measure` plays the flagship in fresh homes, with Prefect and without, lets
the bare script do the same year, and times what people wait for; it writes `results.json` and the
numbers in BENCHMARKS.md. `CAF_SAMPLE` measures a share of the rows. `python benchmarks/run.py
page` only writes the page again.
"""

import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import played_year
import tables
import typer
from resources import Used, cpu_seconds, on_a_terminal
from rich.console import Console
from rich.markdown import Markdown

HERE = Path(__file__).parent
ROOT = HERE.parent
RESULTS, PAGE = HERE / "results.json", ROOT / "BENCHMARKS.md"
CAF = str(Path(sys.executable).parent / "caf")
AWAITED = {"stage": r"batch 20\d\d-\d\d-\d\d|^20\d\d-\d\d-\d\d ", "line": r"^20\d\d-\d\d-\d\d "}
"""The first stage at work, in the line that is replaced, and the first line that stays."""
GIB = 2**30
SAME = 1e-6
"""Losses are printed with four digits; two that differ by more than this are not the same."""
VERBS = (
    "--help", "projects", "champion", "history", "incidents", "quarantine list", "audit verify",
    "lineage", "report",
)  # fmt: skip
TIMES = 3

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
out = Console()


def environment(**more: str) -> dict[str, str]:
    """This process's, without anything that the platform or a person has set for it."""
    from caf_platform.quiet import QUIET

    own = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("CAF_") and name not in QUIET
    }
    return own | more


def done(used: Used, what: str) -> Used:
    """The same, if the command ended well; what it said otherwise."""
    if used.code != 0:
        out.print(used.told, markup=False)
        raise typer.Exit(used.code)
    out.print(f"{what}: {used.seconds:.1f} s, {used.cpu:.1f} s of CPU")
    return used


def played(home: Path, orchestrator: str, sample: float | None) -> Used:
    """`caf demo` in an empty home."""
    settings = {"CAF_HOME": str(home), "CAF_ORCHESTRATOR": orchestrator}
    if sample is not None:
        settings["CAF_SAMPLE"] = str(sample)
    used = on_a_terminal(
        [CAF, "demo"], environment=environment(**settings), folder=ROOT, awaited=AWAITED
    )
    return done(used, f"caf demo, orchestrator {orchestrator}")


def bare(home: Path, folder: Path) -> tuple[Used, dict[str, Any]]:
    """The bare script over what was played, and what it printed."""
    schedule = folder / "schedule.json"
    schedule.write_text(json.dumps(played_year.schedule(home)), "utf-8")
    words = [str(HERE / "bare_year.py"), str(played_year.features(home)), str(schedule)]
    one_thread = environment(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    used = on_a_terminal([sys.executable, *words], environment=one_thread, folder=ROOT)
    return done(used, "the bare script"), json.loads(used.told)


def agreement(expected: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, float]:
    """How many losses there are, and the largest difference; exits if the two years are not one."""
    pairs = {
        f"gate {version} {who}": (loss, found["gates"].get(version, {}).get(who, float("inf")))
        for version, losses in expected["gates"].items()
        for who, loss in losses.items()
    } | {
        f"window {name}": (loss, found["windows"].get(name, float("inf")))
        for name, loss in expected["windows"].items()
    }
    apart = {name: abs(one - other) for name, (one, other) in pairs.items()}
    wrong = {name: gap for name, gap in apart.items() if not gap <= SAME}
    if wrong:
        out.print(f"The bare script does not do what the play did: {wrong}")
        raise typer.Exit(1)
    return {"losses": len(apart), "largest_difference": max(apart.values(), default=0.0)}


def verbs(home: Path) -> dict[str, float]:
    """CPU seconds of the verbs that people wait for, each the median of three."""
    found = {}
    for verb in VERBS:
        words = [CAF, *verb.split()]
        runs = [
            cpu_seconds(words, environment=environment(CAF_HOME=str(home)), folder=ROOT)
            for _ in range(TIMES)
        ]
        found[verb] = statistics.median(runs)
        out.print(f"caf {verb}: {found[verb]:.2f} s of CPU")
    return found


def busy_fit() -> dict[str, float]:
    """CPU of one fit beside one busy process per core over that alone: ours, and the bare one."""

    def fitted(which: str) -> float:
        told = subprocess.run(  # nosec B603 # our own program, no shell
            [sys.executable, str(HERE / "spinning.py"), which],
            env=environment(),
            capture_output=True,
            check=True,
        ).stdout
        return float(json.loads(told)[1])

    alone = {which: fitted(which) for which in ("ours", "bare")}
    spin = [sys.executable, "-c", "while True: pass"]
    busy = [subprocess.Popen(spin) for _ in range(os.cpu_count() or 1)]  # nosec B603 # a program of our own that only spins
    try:
        return {which: fitted(which) / cpu for which, cpu in alone.items()}
    finally:
        for process in busy:
            process.kill()
            process.wait()


def tests() -> float:
    """Seconds of `make test`."""
    used = on_a_terminal(["make", "test"], environment=environment(), folder=ROOT)
    return done(used, "make test").seconds


def from_nothing(repository: Path, folder: Path) -> float:
    """Seconds from a clone of the last commit to the end of its first `make demo`.

    Packages are downloaded: the installers' caches are empty folders.
    """
    clone, begun = folder / "clone", time.monotonic()
    subprocess.run(["git", "clone", "--quiet", str(repository), str(clone)], check=True)  # nosec B603, B607 # the caller's own repository
    python = f"PYTHON={Path(sys.base_prefix) / 'bin' / 'python3.11'}"
    caches = {"UV_CACHE_DIR": str(folder / "uv"), "PIP_CACHE_DIR": str(folder / "pip")}
    used = on_a_terminal(["make", python, "demo"], environment=environment(**caches), folder=clone)
    done(used, "make demo from nothing")
    return time.monotonic() - begun


def machine() -> dict[str, Any]:
    """What kind of machine this is; no name of it."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(pages / GIB, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 2),
        **{
            name: importlib.metadata.version(name) for name in ("scikit-learn", "pandas", "prefect")
        },
    }


def _commit() -> str:
    words = ["git", "describe", "--always", "--dirty", "--abbrev=10"]
    return subprocess.run(  # nosec B603 # our own words, no shell
        words, cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()


def _kept(used: Used) -> dict[str, Any]:
    return {name: value for name, value in asdict(used).items() if name not in ("told", "code")}


def measured(sample: float | None, folder: Path) -> dict[str, Any]:
    """The two plays and the bare year, with what they tell; then verbs and threads."""
    kind = machine()
    home = folder / "prefect"
    without, plays = played(folder / "none", "none", sample), played(home, "prefect", sample)
    script, found = bare(home, folder)
    same, of_verbs, fits = agreement(played_year.losses(home), found), verbs(home), busy_fit()
    return {
        "measured_on": f"{datetime.now(UTC):%Y-%m-%d}",
        "commit": _commit(),
        "sample": sample,
        "machine": kind,
        "numbers": {
            "ratio_cpu": plays.cpu / script.cpu,
            "ratio_clock": plays.seconds / script.seconds,
            "first_stage": plays.seen.get("stage"),
            "year": plays.seconds,
            "memory": plays.peak / GIB,
            "busy_fit": fits["ours"],
            "busy_fit_bare": fits["bare"],
            "help": of_verbs["--help"],
            "champion": of_verbs["champion"],
        },
        "plays": {"with Prefect": _kept(plays), "without": _kept(without)},
        "bare": {**_kept(script), "parts": found["cpu_seconds"]},
        "agreement": same,
        "stages": played_year.stage_costs(home),
        "verbs": of_verbs,
    }


@app.command()
def measure(
    with_tests: Annotated[
        bool | None, typer.Option(help="Time `make test` too; default: not with a sample.")
    ] = None,
    set_up: Annotated[
        bool, typer.Option(help="Time a clone's set-up and first play too: downloads.")
    ] = False,
) -> None:
    """Measure, write the numbers down, and say which bars are kept."""
    from caf_platform.settings import read_settings

    sample = read_settings().sample
    with TemporaryDirectory(prefix="caf-bench-") as folder:
        results = measured(sample, Path(folder))
        write(results)
        if with_tests or (with_tests is None and sample is None):
            results["numbers"]["tests"] = tests()
            write(results)
        if set_up:
            results["numbers"]["from_nothing"] = from_nothing(ROOT, Path(folder))
            write(results)
    out.print(Markdown(tables.markdown(results)))


def write(results: dict[str, Any]) -> None:
    """Keep what was measured so far: a test that fails later costs no measurement."""
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", "utf-8")
    page()


@app.command()
def page() -> None:
    """Write the numbers of the last measurement into BENCHMARKS.md."""
    tables.page(PAGE, json.loads(RESULTS.read_text("utf-8")))


if __name__ == "__main__":
    app()
