"""How Hypothesis explores here: everywhere the same way, and anew in every run.

By itself it knows a profile for CI that draws the same examples every time, and outside of CI it
keeps to itself how to see a failure again.
"""

from typing import Final

from hypothesis import HealthCheck, settings

PROFILE: Final = "exploring"


def explore() -> None:
    """Draw other examples in each run, in CI too, and print with a failure what repeats it.

    There is no deadline, since a busy machine is no failure; and no database, so that a run is
    what its log says and nothing is left in the tree.
    """
    settings.register_profile(
        PROFILE,
        settings.get_profile("default"),
        derandomize=False,
        print_blob=True,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    settings.load_profile(PROFILE)
