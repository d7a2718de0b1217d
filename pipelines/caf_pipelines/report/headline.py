"""The play in a few plain sentences and figures."""

from dataclasses import dataclass

from caf_pipelines.report.parts import counted
from caf_pipelines.summary import Summary


@dataclass(frozen=True)
class Tile:
    """One figure of the opening: the number, what it counts, and which ones."""

    value: str
    name: str
    which: str
    tone: str = "calm"


def sentences(summary: Summary, trained: int) -> list[str]:
    """What happened, for somebody who reads nothing else; `trained` counts the first model too."""
    refused, rolled = len(summary.challengers_refused), len(summary.rollbacks)
    arrived = (
        f"{counted(summary.batches, 'batch', 'batches').capitalize()} arrived. "
        f"{counted(summary.rows_accepted, 'row').capitalize()} kept the contract, "
        f"{summary.rows_quarantined:,} were set aside with a reason, and "
        f"{counted(summary.batches_refused, 'batch', 'batches')} "
        f"{'was' if summary.batches_refused == 1 else 'were'} refused whole."
    )
    said = [arrived]
    if not trained:
        return [*said, "No model has been trained yet, so nothing was promoted."]
    said.append(
        f"{counted(trained, 'model').capitalize()} "
        f"{'was' if trained == 1 else 'were'} trained: "
        f"{counted(len(summary.promotions), 'promotion')}, "
        f"{counted(refused, 'challenger')} refused by the gate."
    )
    if rolled:
        took = ", ".join(f"{seconds:.2f} s" for seconds in summary.seconds_to_restore)
        said.append(
            f"{counted(rolled, 'promotion').capitalize()} "
            f"{'was' if rolled == 1 else 'were'} rolled back ({', '.join(summary.rollbacks)})"
            f"{f'; restoring took {took}' if took else ''}."
        )
    said.append(
        f"In {counted(len(summary.windows_left_alone), 'window')} the platform looked and left the "
        f"champion alone; {counted(len(summary.suppressed), 'action')} that also applied "
        f"{'was' if len(summary.suppressed) == 1 else 'were'} held back, each with its reason."
    )
    now = f"{summary.champion} serves now" if summary.champion else "Nothing serves yet"
    wait = "waits" if summary.incidents_open == 1 else "wait"
    said.append(f"{now}, and {counted(summary.incidents_open, 'incident')} {wait} for a person.")
    return said


def tiles(summary: Summary) -> tuple[Tile, ...]:
    """The same as figures."""
    restored = ", ".join(f"{seconds:.2f}\u00a0s" for seconds in summary.seconds_to_restore)
    return (
        Tile(summary.champion or "none", "champion now", f"play {summary.play}", "accent"),
        _tile(summary.promotions, "promotion", "", "good"),
        _tile(summary.challengers_refused, "challenger", " refused", "bad"),
        Tile(
            str(len(summary.rollbacks)),
            "rolled back",
            f"restored in {restored}" if restored else "never needed",
            "bad" if summary.rollbacks else "calm",
        ),
        Tile(
            str(len(summary.suppressed)),
            "action held back" if len(summary.suppressed) == 1 else "actions held back",
            "each with its reason",
            "held" if summary.suppressed else "calm",
        ),
        Tile(
            f"{summary.rows_quarantined:,}",
            "row set aside" if summary.rows_quarantined == 1 else "rows set aside",
            f"of {summary.rows_accepted + summary.rows_quarantined:,}",
            "held" if summary.rows_quarantined else "calm",
        ),
        Tile(
            str(summary.incidents_open),
            "incident open" if summary.incidents_open == 1 else "incidents open",
            "for a person" if summary.incidents_open else "nothing waits",
            "bad" if summary.incidents_open else "calm",
        ),
    )


def _tile(names: tuple[str, ...], what: str, more: str, tone: str) -> Tile:
    which = ", ".join(names) if names else "none"
    plural = "" if len(names) == 1 else "s"
    return Tile(str(len(names)), f"{what}{plural}{more}", which, tone if names else "calm")
