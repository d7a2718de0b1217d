"""The contract's results, drawn from the validation engine's own JSON and nothing else."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from caf_pipelines.lifecycle.play import Play
from caf_pipelines.report.derived import Derived
from caf_pipelines.report.evidence import read_evidence
from caf_pipelines.report.parts import Cell, Table, code, counted, number, table, verdict
from caf_platform.errors import CafError
from caf_platform.ledger.state import BatchState, ProjectState
from caf_platform.ports.lake import Lake


@dataclass(frozen=True)
class Checked:
    """The engine's report on one batch."""

    batch: str
    says: str
    verdict: Cell
    table: Table | None


def checked(play: Play) -> list[Checked]:
    """Reports of batches with rows set aside, of refused ones, and of the newest."""
    state, lake = play.session.state, play.session.platform.lake
    found = [
        _told(name, read_evidence(lake, key), _word(state.batches[name]))
        for name, key in _kept(state, lake)
    ]
    newest = _newest(state)
    if newest is not None:
        name, word = f"{newest}, the newest batch", _word(state.batches[newest])
        try:
            found.append(_told(name, _report(play, newest), word))
        except CafError as error:
            found.append(Checked(name, f"It cannot be judged again: {error}", word, None))
    return found


def _kept(state: ProjectState, lake: Lake) -> Iterator[tuple[str, str | None]]:
    for name, batch in state.batches.items():
        if batch.refused:
            yield name, batch.refused.report_key
        if batch.validated and batch.validated.quarantined:
            key = batch.validated.report_key
            folder = f"evidence/{state.project}/contract/{name}/"
            yield name, key or next(iter(lake.keys(folder)), None)


def _newest(state: ProjectState) -> str | None:
    """The batch that came last, if it was used whole: nothing is kept of those."""
    last = max(state.batches, key=lambda n: state.batches[n].first.arrived_at, default=None)
    if last is None:
        return None
    batch = state.batches[last]
    whole = batch.validated is not None and not batch.validated.quarantined
    return last if whole else None


def _report(play: Play, name: str) -> Mapping[str, Any]:
    """The engine's report on a batch that left none, judged again from its raw bytes."""
    session, received = play.session, play.session.state.batches[name].received
    contract = session.declaration.contract

    def again() -> Mapping[str, Any]:
        return play.data.judged_again(name).report

    inputs = {"raw": received.raw_digest, "contract": contract.digest, "batch": name}
    return Derived(session.platform.lake, session.project.name).get("newest", inputs, again)


def _word(batch: BatchState) -> Cell:
    if batch.refused:
        return verdict("refused")
    aside = batch.validated is not None and batch.validated.quarantined
    return verdict("quarantined" if aside else "accepted")


def _told(batch: str, report: Mapping[str, Any], word: Cell) -> Checked:
    results = [one for one in report.get("results") or () if isinstance(one, dict)]
    if not results:
        says = (
            "There are no expectations to show: the file could not be read, or no report is kept."
        )
        return Checked(batch, says, word, None)
    held = sum(bool(one.get("success")) for one in results)
    rules = sum(len(_rules(one)) for one in results)
    engine = (report.get("meta") or {}).get("great_expectations_version", "")
    says = (
        f"{held} of {counted(len(results), 'expectation')} held, "
        f"which stand for {counted(rules, 'rule')} of the contract. "
        f"Great Expectations {engine}".strip()
    )
    columns = ("expectation", "held", "stops the batch", "rows", "failing", "rules", "detail")
    rows = [_row(one) for one in results]
    return Checked(batch, f"{says}.", word, table(f"Expectations on {batch}", columns, rows))


def _rules(result: Mapping[str, Any]) -> list[str]:
    meta = (result.get("expectation_config") or {}).get("meta") or {}
    return [rule for rule in str(meta.get("rules", "")).split(", ") if rule]


def _row(result: Mapping[str, Any]) -> list[Cell]:
    config, found = result.get("expectation_config") or {}, result.get("result") or {}
    level = (config.get("meta") or {}).get("level", "")
    rules = _rules(result)
    return [
        code(str(config.get("type", "unnamed"))),
        verdict("ok" if result.get("success") else "breach"),
        Cell("yes" if level == "table" else "no, only rows"),
        _count(found.get("element_count")),
        _count(found.get("unexpected_count")),
        Cell(", ".join(rules[:3]) + (f" and {len(rules) - 3} more" if len(rules) > 3 else "")),  # noqa: PLR2004 - enough to know which
        Cell(str((result.get("exception_info") or {}).get("exception_message") or "")),
    ]


def _count(value: object) -> Cell:
    return number(value) if isinstance(value, int) else Cell("", "number")
