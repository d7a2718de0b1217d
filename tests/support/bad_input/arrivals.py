"""Files that are good and come at an odd time."""

from bad_input.case import Case, Outcome


def taken(name: str, following: str, told: str = "") -> Case:
    """Mostly nothing is said, for nothing is wrong."""
    return Case(name, Outcome.TAKEN, "", 0, told, following)


OUT_OF_ORDER = Case(
    "yesterday's batch after today's",
    Outcome.TOLD,
    "",
    0,
    "2020-01-07 stale-sensor-day-04 ingest incident feed 'sensor' is stale: 52.0 h old, limit 12: "
    "the sensor's last word is four hours old",
    "ask the source why it came late; its rows are taken in like any others",
)
LATE = taken(
    "a batch whose window was closed without it",
    "nothing to do: later models learn from it, and what was decided stands",
)
EARLY_LABELS = taken("labels before their rows", "nothing to do: they join when the rows come")
SAME = taken("the same files once more", "nothing to do: each is known by its content")
CHANGED = taken(
    "other rows under the same name, as a later delivery",
    "nothing to do: a revision teaches and is not served",
    "2020-01-05 day-03 ingest watch changed since it first came: this is revision 2",
)

ALL = (OUT_OF_ORDER, LATE, EARLY_LABELS, SAME, CHANGED)
