"""Every window as a card: what was read, decided, held back, trained, judged, moved and opened."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from caf_pipelines.history import headline
from caf_pipelines.lifecycle.estimating import Expected
from caf_pipelines.report.chapters import Chapter, Entry
from caf_pipelines.report.evidence import read_evidence
from caf_pipelines.report.expected import the_estimate
from caf_pipelines.report.forest import the_comparison, the_importance
from caf_pipelines.report.groups import group_tables
from caf_pipelines.report.looks import Look
from caf_pipelines.report.parts import (
    Block,
    Card,
    Cell,
    Table,
    code,
    counted,
    day,
    digest,
    number,
    shown,
    table,
    verdict,
)
from caf_pipelines.report.privacy import privacy_tables
from caf_platform.decision import Decision
from caf_platform.ledger import events as e
from caf_platform.ports.lake import Lake

REASONS = ("verdict", "what was found", "number", "limit", "because")


@dataclass(frozen=True)
class Cards:
    """Writes the cards of a play; `drift_page` gives the link or the command for a window."""

    lake: Lake
    drift_page: Callable[[str], Cell]

    def of_look(self, look: Look) -> Card:
        """A window that was looked at."""
        chapter = look.chapter
        decided = chapter.first(e.ActionDecided)
        served = f"{look.champion} served" if look.champion else "nobody served"
        return Card(
            anchor=look.anchor,
            title=look.name,
            when=day(chapter.entries[-1].record.envelope.virtual_time),
            verdict=verdict(decided.action.value if decided else "open"),
            sentence="; ".join([served, *_outcome(chapter)]),
            blocks=tuple(self._blocks(chapter, look.expected)),
        )

    def of_rest(self, chapter: Chapter) -> Card:
        """What was recorded after the last look."""
        return Card(
            anchor="w-after",
            title="After the last look",
            when=day(chapter.entries[-1].record.envelope.virtual_time),
            verdict=verdict("recorded"),
            sentence=counted(len(chapter.told), "entry", "entries"),
            blocks=tuple(self._blocks(chapter)),
        )

    def _blocks(self, chapter: Chapter, expected: Expected | None = None) -> Iterator[Block]:
        for entry in chapter.entries:
            match entry.event:
                case e.WindowMonitored() as event:
                    yield from self._seen(event, expected)
                case e.ActionDecided() as event:
                    yield _decided(event, entry)
                    if event.suppressed:
                        yield _held_back(event)
                case e.ModelTrained() as event:
                    yield _trained(event)
                case e.GateDecided() as event:
                    yield self._judged(event)
                case e.ApprovalGiven() as event:
                    yield _approved(event, entry)
                case e.Promoted() | e.RolledBack() as event:
                    yield _moved(event, entry)
                case e.PromotionRefused() as event:
                    yield _refused(event)
        yield _in_order(chapter)

    def _seen(self, event: e.WindowMonitored, expected: Expected | None) -> Iterator[Block]:
        yield self._monitored(event)
        if expected:
            yield the_estimate(expected)

    def _monitored(self, event: e.WindowMonitored) -> Block:
        evidence = read_evidence(self.lake, event.evidence_key).get("evidence", {})
        drift = evidence.get("drift", {})
        tables = [
            judged("What each monitor read", "monitor", event.readings.items()),
            _numbers("Every number the monitors saw", event.readings),
        ]
        if drift:
            tables.append(_moved_columns(drift))
        tables += group_tables(evidence)
        facts = [("evidence", code(event.evidence_key or "none"))]
        if event.champion:
            facts.append(("Evidently\u2019s page", self.drift_page(event.window)))
        return Block("What the monitors read", facts=tuple(facts), tables=tuple(tables))

    def _judged(self, event: e.GateDecided) -> Block:
        evidence = read_evidence(
            self.lake, event.evidence_key, event.manifest.digests.get("evaluation")
        )
        seen = evidence.get("evidence", {})
        figures = (the_comparison(event.version, seen), the_importance(event.version, seen))
        return Block(
            f"The release gate of {event.version}",
            says=headline(event),
            facts=(
                ("verdict", verdict(event.decision.verdict.value)),
                ("against", Cell(event.against or "nobody: the first model")),
                ("manifest", digest(event.manifest_digest)),
                ("evidence", code(event.evidence_key)),
            ),
            figures=tuple(one for one in figures if one),
            tables=(
                judged(f"Each gate about {event.version}", "gate", event.parts.items()),
                _numbers(f"Every number the gates saw of {event.version}", event.parts),
                *group_tables(seen),
                *privacy_tables(seen),
            ),
        )


def _outcome(chapter: Chapter) -> Iterator[str]:
    """Why something was done in a window, and what came of it."""
    for decided in chapter.of(e.ActionDecided):
        yield decided.cause.replace("_", " ")
    for gate in chapter.of(e.GateDecided):
        if not gate.decision.verdict.good:
            yield f"{gate.version} did not pass the gate"
    for moved in chapter.of(e.Promoted):
        yield f"{moved.version} was promoted"
    for back in chapter.of(e.RolledBack):
        yield f"{back.version} is back instead of {back.replaces}"
    for refused in chapter.of(e.PromotionRefused):
        yield f"the door refused {refused.version}"


def judged(caption: str, who: str, decisions: Iterable[tuple[str, Decision]]) -> Table:
    """Decisions reason by reason: what was found, the limit, and the policy's because.

    What is not good stands first.
    """
    rows: list[list[Cell | str]] = []
    for name, one in sorted(decisions, key=lambda pair: pair[1].verdict.good):
        said: list[Cell | str] = [name.replace("_", " "), verdict(one.verdict.value)]
        rows += [
            [*said, reason.text, _maybe(reason.found), _maybe(reason.limit), reason.because]
            for reason in one.reasons
        ] or [[*said, "", "", "", ""]]
    return table(caption, (who, *REASONS), rows, stacked=True)


def _maybe(value: Any) -> Cell:
    return Cell("" if value is None else shown(value), "number")


def _numbers(caption: str, decisions: dict[str, Decision]) -> Table:
    rows = [
        (Cell(name.replace("_", " ")), code(key), number(value))
        for name, one in decisions.items()
        for key, value in one.numbers.items()
    ]
    return table(caption, ("by", "number", "value"), rows)


def _moved_columns(drift: dict[str, Any]) -> Table:
    ranked = sorted(drift.items(), key=lambda pair: (-(pair[1] or 0.0), pair[0]))
    rows = [(code(name), number(score)) for name, score in ranked]
    return table("How far each column moved", ("column", "stability index (PSI)"), rows)


def _decided(event: e.ActionDecided, entry: Entry) -> Block:
    facts = [
        ("action", verdict(event.action.value)),
        ("cause", Cell(event.cause.replace("_", " "))),
        ("decided on", Cell(day(entry.record.envelope.virtual_time))),
        ("record", code(str(entry.record.seq))),
    ]
    if event.champion:
        facts.append(("champion then", Cell(event.champion)))
    why = judged("Why", "decided by", [(event.decision.by, event.decision)])
    return Block("What was decided", facts=tuple(facts), tables=(why,))


def _held_back(event: e.ActionDecided) -> Block:
    rows = [
        (verdict(one.action.value), one.cause.replace("_", " "), one.reason)
        for one in event.suppressed
    ]
    columns = ("action", "because of", "why it was not done")
    held = table("Also applied, and was not done", columns, rows, stacked=True)
    return Block("What was held back", tables=(held,))


def _trained(event: e.ModelTrained) -> Block:
    manifest = event.manifest
    facts = [
        ("family", Cell(manifest.family)),
        ("because of", Cell(event.cause.replace("_", " "))),
        ("learnt from", Cell(f"{event.rows:,} rows, {event.train_from} to {event.train_to}")),
        ("batches", number(len(event.batches))),
        ("cost units", number(event.cost_units)),
        ("artifact", digest(manifest.digests.get("artifact"))),
        ("MLflow run", code(manifest.run_id)),
    ]
    rows = [(code(name), number(value)) for name, value in event.metrics.items()]
    metrics = table(f"How {manifest.version} was chosen", ("measure", "value"), rows)
    return Block(f"Training of {manifest.version}", facts=tuple(facts), tables=(metrics,))


def _approved(event: e.ApprovalGiven, entry: Entry) -> Block:
    who = "the policy itself, not a person" if event.automatic else event.approver
    signature = entry.record.envelope.signature
    return Block(
        f"Approval of {event.version}",
        facts=(
            ("given by", Cell(who)),
            ("valid until", Cell(day(event.expires_at))),
            ("for manifest", digest(event.manifest_digest)),
            ("signed with key", code(signature.key_id) if signature else Cell("not signed")),
        ),
    )


def _moved(event: e.Promoted | e.RolledBack, entry: Entry) -> Block:
    promoted = isinstance(event, e.Promoted)
    seconds = event.measured.get("seconds")
    facts = [
        ("move", verdict("promoted" if promoted else "rolled back")),
        ("instead of", Cell(event.replaces or "nobody: the first champion")),
        ("by", Cell(entry.record.envelope.actor)),
        ("manifest", digest(event.manifest_digest)),
        ("record", code(str(entry.record.seq))),
    ]
    if isinstance(seconds, int | float):
        facts.append(("time to restore" if not promoted else "took", number(seconds, " s")))
    verb = "promoted" if promoted else "put back"
    return Block(f"{event.version} was {verb}", says=event.reason, facts=tuple(facts))


def _refused(event: e.PromotionRefused) -> Block:
    verb = event.verb.replace("_", " ")
    why = judged("Why the door refused", "rule", [(event.decision.by, event.decision)])
    return Block(f"The door refused to {verb} {event.version}", tables=(why,))


def _in_order(chapter: Chapter) -> Block:
    rows = [
        (
            code(str(one.seq)),
            Cell(day(one.when)),
            Cell(one.subject),
            Cell(one.what),
            verdict(one.verdict),
            Cell(one.sentence),
        )
        for one in chapter.told
    ]
    columns = ("record", "date", "subject", "what", "verdict", "why")
    listed = table("Every entry in order", columns, rows, stacked=True)
    return Block("As recorded", tables=(listed,))
