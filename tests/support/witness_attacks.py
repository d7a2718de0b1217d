"""Ways to falsify one line of a witness's file, so that the true lines after it cover it.

Each takes the file's lines and the place of one, and gives the false lines with the number of the
first that is wrong. What comes after is made to follow and is signed by the witness itself, as if
it had gone on without looking; so only whoever verifies every line notices.
"""

import json
from collections.abc import Callable

from audit_world import AuditWorld

from caf_platform.adapters.signer import LocalSigner
from caf_platform.adapters.witness import FILE, PURPOSE, WITNESS
from caf_platform.digest import canonical, digest
from caf_platform.ledger.record import GENESIS
from caf_platform.ports.signer import Principal, Role, signing_bytes

Lines = list[bytes]


def _signed(line: bytes, signer: LocalSigner, previous: str) -> bytes:
    said = json.loads(line) | {"previous": previous}
    del said["signature"]
    signature = signer.sign(signing_bytes(PURPOSE, said)).model_dump(mode="json")
    return canonical(said | {"signature": signature})


class Forger:
    """Whoever falsifies a line; the witness's own key signs what comes after it."""

    def __init__(self, world: AuditWorld) -> None:
        self.witness = LocalSigner.open(world.home / "witness", WITNESS)
        stranger = Principal(name="stranger", roles=(Role.AUDITOR,))
        self.own = LocalSigner.open(world.home / "elsewhere", stranger)

    def covered(self, lines: Lines, after: int) -> Lines:
        """The same lines, those behind number `after` made to follow, with true signatures."""
        found = lines[:after]
        for line in lines[after:]:
            found.append(_signed(line, self.witness, digest(found[-1]) if found else GENESIS))
        return found


def unsigned(by: Forger, lines: Lines, at: int) -> tuple[Lines, int]:
    """A line says nothing of who wrote it."""
    lines[at - 1] = canonical(json.loads(lines[at - 1]) | {"signature": None})
    return by.covered(lines, at), at


def badly_signed(by: Forger, lines: Lines, at: int) -> tuple[Lines, int]:
    """A line bears the true signature of another one."""
    other = json.loads(lines[at % len(lines)])["signature"]
    lines[at - 1] = canonical(json.loads(lines[at - 1]) | {"signature": other})
    return by.covered(lines, at), at


def re_signed(by: Forger, lines: Lines, at: int) -> tuple[Lines, int]:
    """A line is signed with a key that the witness has not."""
    said = json.loads(lines[at - 1])
    lines[at - 1] = _signed(lines[at - 1], by.own, said["previous"])
    return by.covered(lines, at), at


def edited(by: Forger, lines: Lines, at: int) -> tuple[Lines, int]:
    """A line tells another time, under its old signature."""
    lines[at - 1] = canonical(json.loads(lines[at - 1]) | {"time": "2001-01-01T00:00:00Z"})
    return by.covered(lines, at), at


def removed(by: Forger, lines: Lines, at: int) -> tuple[Lines, int]:
    """A line is gone, and the next one does not follow."""
    return [*lines[: at - 1], *lines[at:]], at


def swapped(by: Forger, lines: Lines, at: int) -> tuple[Lines, int]:
    """A line and the next change places."""
    lines[at - 1], lines[at] = lines[at], lines[at - 1]
    return lines, at


def repeated(by: Forger, lines: Lines, at: int) -> tuple[Lines, int]:
    """A true line stands there twice."""
    return [*lines[:at], *lines[at - 1 :]], at + 1


WITNESS_ATTACKS: dict[str, Callable[[Forger, Lines, int], tuple[Lines, int]]] = {
    one.__name__.replace("_", " "): one
    for one in (unsigned, badly_signed, re_signed, edited, removed, swapped, repeated)
}


def forged_witness(world: AuditWorld, attack: str, number: int) -> int:
    """Falsify the witness's file at a line's number; the first line that is wrong from then on."""
    file = world.home / "witness" / FILE
    lines, first = WITNESS_ATTACKS[attack](Forger(world), file.read_bytes().splitlines(), number)
    file.write_bytes(b"".join(line + b"\n" for line in lines))
    return first
