"""Explored: whatever people, forgers, crashes and clocks do, only lawful moves make a champion.

`make harden` runs ten thousand sequences of the same machine.
"""

from door_machine import DoorMachine
from hypothesis import HealthCheck, settings

TestDoor = DoorMachine.TestCase
TestDoor.settings = settings(
    max_examples=50,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
