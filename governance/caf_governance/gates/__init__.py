"""The release gates: each asks one question of the same typed evidence.

Importing this package registers the built-in gates; a stranger's gate registers with the same
decorator and is asked by `release.judge` like the rest. Only `measure` computes anything.
"""

from caf_governance.gates import (
    beats_baselines,
    better_than_champion,
    calibrated,
    enough_evidence,
    fair,
    membership_inference,
    no_leakage,
    risks_held,
    segments_hold,
    unseen_rows,
    value_holds,
)

__all__ = [
    "beats_baselines",
    "better_than_champion",
    "calibrated",
    "enough_evidence",
    "fair",
    "membership_inference",
    "no_leakage",
    "risks_held",
    "segments_hold",
    "unseen_rows",
    "value_holds",
]
