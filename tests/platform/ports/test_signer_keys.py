"""Keys on disk: whose they are, who may read them, and what a broken file does."""

import json
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from filelock import FileLock
from key_folder import ANA, only

from caf_platform.adapters.signer import LocalSigner
from caf_platform.errors import BadInput, Refused, Tampered, Unavailable
from caf_platform.ports.signer import Principal, Role


def test_private_things_are_private(folder: Path, signer: LocalSigner) -> None:
    """The folder is the owner's alone, and the private key in it too."""
    assert folder.stat().st_mode & 0o777 == 0o700
    assert only(folder, "private.pem").stat().st_mode & 0o777 == 0o600
    assert b"PRIVATE" not in only(folder, "public.pem").read_bytes()


def test_an_open_folder_is_closed(folder: Path) -> None:
    """A folder that a script had made for everybody is narrowed with the first key."""
    folder.mkdir(mode=0o755)

    LocalSigner.open(folder, ANA)

    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_private_key_that_others_can_read_is_refused(folder: Path, signer: LocalSigner) -> None:
    """It may have been copied, so nothing is signed with it until somebody decides."""
    only(folder, "private.pem").chmod(0o640)

    with pytest.raises(Refused, match=r"can be read by others.*chmod 600"):
        LocalSigner.open(folder, ANA)


def test_who_it_is_stands_beside_the_key(folder: Path, signer: LocalSigner) -> None:
    """Name, roles and whether it acts by itself, in JSON."""
    stored = json.loads(only(folder, "principal.json").read_text())

    assert stored == {"name": "Ana Lima", "roles": ["approver"], "automatic": False}


@pytest.mark.parametrize(
    "change", [{"roles": (Role.PUBLISHER,)}, {"automatic": True}, {"roles": ()}], ids=str
)
def test_roles_are_not_for_the_asking(
    folder: Path, signer: LocalSigner, change: dict[str, object]
) -> None:
    """A key keeps the roles that it was made with."""
    with pytest.raises(Refused, match="was made for approver"):
        LocalSigner.open(folder, ANA.model_copy(update=change))


def test_the_order_of_roles_means_nothing(folder: Path) -> None:
    """Two roles are the same two roles the other way round."""
    two = Principal(name="Bo", roles=(Role.AUTHOR, Role.OPERATOR))
    first = LocalSigner.open(folder, two)

    again = LocalSigner.open(folder, two.model_copy(update={"roles": two.roles[::-1]}))

    assert again.sign(b"x").key_id == first.sign(b"x").key_id


@pytest.mark.parametrize("name", ["", "  "])
def test_nobody_has_no_key(folder: Path, name: str) -> None:
    """A key belongs to somebody."""
    with pytest.raises(BadInput, match="name"):
        LocalSigner.open(folder, Principal(name=name))


@pytest.mark.parametrize("name", ["../../up", "a/b", "\x1b[2J", "Ñandú 👋", "a" * 1000])
def test_any_name_will_do(folder: Path, name: str) -> None:
    """Names are never part of a path."""
    LocalSigner.open(folder, Principal(name=name))

    assert LocalSigner.open(folder, Principal(name=name)).principal.name == name
    assert {path.parent for path in folder.parent.rglob("*.pem")} == {folder}


def test_threads_that_start_at_once_share_one_key(folder: Path) -> None:
    """Eight first uses, one key."""
    together = threading.Barrier(8)

    def start(_: int) -> str:
        together.wait()
        return LocalSigner.open(folder, ANA).sign(b"x").value

    with ThreadPoolExecutor(8) as pool:
        values = set(pool.map(start, range(8)))

    assert len(values) == 1
    assert only(folder, "private.pem")


START = """
import sys
from pathlib import Path
from caf_platform.adapters.signer import LocalSigner
from caf_platform.ports.signer import Principal
print("ready", flush=True)
sys.stdin.readline()
print(LocalSigner.open(Path(sys.argv[1]), Principal(name="Ana Lima")).sign(b"x").value)
"""


def test_processes_that_start_at_once_share_one_key(folder: Path) -> None:
    """Three processes wait at the line and open together."""
    command = [sys.executable, "-c", START, str(folder)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen(command, **pipes) for _ in range(3)]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()

    values = {process.communicate(timeout=60)[0] for process in processes}

    assert len(values) == 1
    assert only(folder, "private.pem")


def test_a_folder_that_is_locked_for_too_long(folder: Path) -> None:
    """Waiting has an end, and the error says who keeps it waiting."""
    folder.mkdir()

    with FileLock(folder / ".lock"), pytest.raises(Unavailable, match="locked by another"):
        LocalSigner.open(folder, ANA, patience=0)


def test_a_start_that_was_killed_half_way_is_forgotten(folder: Path) -> None:
    """A key without an owner's name beside it was never used: a new one is made."""
    LocalSigner.open(folder, ANA)
    only(folder, "principal.json").unlink()

    LocalSigner.open(folder, ANA)

    assert only(folder, "principal.json")
    assert len(list(folder.glob("*.private.pem"))) == 2


def other_curve() -> bytes:
    """A well-formed private key of another kind."""
    return generate_private_key(SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


@pytest.mark.parametrize("content", [b"", b"nonsense", other_curve()], ids=["empty", "text", "EC"])
@pytest.mark.parametrize("kind", ["private.pem", "principal.json"])
def test_broken_files_are_tampered(
    folder: Path, signer: LocalSigner, kind: str, content: bytes
) -> None:
    """A key whose files do not belong together is named and not used."""
    path = only(folder, kind)
    path.write_bytes(content)

    with pytest.raises(Tampered, match=path.name):
        LocalSigner.open(folder, ANA)


def test_a_key_that_says_it_is_of_another_kind_is_tampered(
    folder: Path, signer: LocalSigner
) -> None:
    """One bit makes Ed25519's object identifier Ed448's, for which 32 bytes are no key."""
    path = only(folder, "private.pem")
    path.write_bytes(path.read_bytes().replace(b"K2Vw", b"K2Vx"))

    with pytest.raises(Tampered, match=path.name):
        LocalSigner.open(folder, ANA)


@pytest.mark.parametrize("content", [b"", b"nonsense", other_curve()], ids=["empty", "text", "EC"])
def test_broken_public_keys_verify_nothing(
    folder: Path, signer: LocalSigner, content: bytes
) -> None:
    """Nor do they raise."""
    signature = signer.sign(b"x")
    only(folder, "public.pem").write_bytes(content)

    assert not signer.verify(b"x", signature)


def test_foreign_files_do_not_matter(folder: Path, signer: LocalSigner) -> None:
    """What else lies in the folder is no key."""
    (folder / "0.principal.json").write_text("{}")
    (folder / "0.public.pem").write_text("")

    assert LocalSigner.open(folder, ANA).verify(b"x", signer.sign(b"x"))


def test_a_folder_that_cannot_be_used(tmp_path: Path) -> None:
    """The error names it and what to do."""
    (tmp_path / "keys").write_text("a file")

    with pytest.raises(Unavailable, match="cannot be used"):
        LocalSigner.open(tmp_path / "keys", ANA)


def test_keys_are_files_that_openssl_reads(folder: Path, signer: LocalSigner) -> None:
    """Anybody can verify without this platform: the public key is plain PEM."""
    public = serialization.load_pem_public_key(only(folder, "public.pem").read_bytes())

    public.verify(bytes.fromhex(signer.sign(b"x").value), b"x")
    assert os.linesep.join(only(folder, "public.pem").read_text().split("\n")[:1]) == (
        "-----BEGIN PUBLIC KEY-----"
    )
