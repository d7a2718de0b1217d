"""One gate, asked about the passing evidence with changes."""

from release_evidence import evidence, first_model, release_policy, training_policy

from caf_platform.plugins import PLUGINS, Kind


def ask(gate, **changes):
    """One gate's decision on the passing evidence with changes."""
    return PLUGINS.get(Kind.GATE, gate).target(
        evidence(**changes), release_policy(), training_policy()
    )


def ask_first(gate, **changes):
    """One gate's decision on a first model's passing evidence with changes."""
    return PLUGINS.get(Kind.GATE, gate).target(
        first_model(**changes), release_policy(), training_policy()
    )


def performance(**changes):
    """The challenger's numbers with changes."""
    return {"challenger": {"bias": 0.01, "calibration_error": 0.02} | changes}


def codes(decision):
    """The reasons, for machines."""
    return {reason.code for reason in decision.reasons}
