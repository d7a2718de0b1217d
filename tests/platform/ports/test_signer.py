"""The contract of the signer, and what its keys on disk have to withstand."""

import json
import math
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
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from caf_platform.adapters.signer import LocalSigner
from caf_platform.errors import BadInput, Refused, Tampered, Unavailable
from caf_platform.ports.signer import Principal, Role, Signature, signing_bytes

ANA = Principal(name="Ana Lima", roles=(Role.APPROVER,))
PLATFORM = Principal(name="platform", roles=(Role.PLATFORM,), automatic=True)

shared = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the keys are; not made yet."""
    return tmp_path / "keys"


@pytest.fixture
def signer(folder: Path) -> LocalSigner:
    """Ana's."""
    return LocalSigner.open(folder, ANA)


def only(folder: Path, kind: str) -> Path:
    """The one file of a kind."""
    (path,) = folder.glob(f"*.{kind}")
    return path


def test_a_signature_verifies(signer: LocalSigner) -> None:
    """What was signed is recognised, and says with which key and how."""
    signature = signer.sign(b"message")

    assert signer.verify(b"message", signature)
    assert signature.algorithm == "ed25519"
    assert signer.principal == ANA


def test_signing_is_deterministic(signer: LocalSigner) -> None:
    """The same bytes get the same signature, so replays write the same events."""
    assert signer.sign(b"message") == signer.sign(b"message")


def test_other_bytes_do_not_verify(signer: LocalSigner) -> None:
    """Not even nearly the same bytes."""
    signature = signer.sign(b"message")

    assert not signer.verify(b"message ", signature)
    assert not signer.verify(b"", signature)


def test_the_key_is_made_once(folder: Path, signer: LocalSigner) -> None:
    """A second start loads it; signatures of the first one verify and are the same."""
    again = LocalSigner.open(folder, ANA)

    assert again.sign(b"x") == signer.sign(b"x")
    assert len(list(folder.glob("*.public.pem"))) == 1


def test_everybody_in_the_folder_is_known(folder: Path, signer: LocalSigner) -> None:
    """Each verifies the other, also one who came later; each has a key of one's own."""
    platform = LocalSigner.open(folder, PLATFORM)

    assert signer.verify(b"x", platform.sign(b"x"))
    assert platform.verify(b"x", signer.sign(b"x"))
    assert signer.sign(b"x").key_id != platform.sign(b"x").key_id


def test_a_key_says_whose_it_is(folder: Path, signer: LocalSigner) -> None:
    """The actor is found from the key, roles included; an unknown key is nobody's."""
    platform = LocalSigner.open(folder, PLATFORM)

    assert signer.principal_of(platform.sign(b"").key_id) == PLATFORM
    assert signer.principal_of("0" * 12) is None
    assert signer.principal_of("../../etc") is None


def test_a_stranger_is_not_known(folder: Path, tmp_path: Path, signer: LocalSigner) -> None:
    """A good signature with a key from elsewhere, even under Ana's name, does not verify."""
    stranger = LocalSigner.open(tmp_path / "elsewhere", ANA)

    assert not signer.verify(b"x", stranger.sign(b"x"))


def test_a_signature_under_another_key_id(folder: Path, signer: LocalSigner) -> None:
    """Naming somebody else's key does not make it theirs."""
    other = LocalSigner.open(folder, PLATFORM)
    claimed = signer.sign(b"x").model_copy(update={"key_id": other.sign(b"x").key_id})

    assert not signer.verify(b"x", claimed)


@pytest.mark.parametrize(
    "change",
    [
        {"algorithm": "none"},
        {"algorithm": "Ed25519"},
        {"algorithm": ""},
        {"key_id": ""},
        {"key_id": "0" * 12},
        {"key_id": "../keys/ab"},
        {"key_id": "a\0b"},
        {"value": ""},
        {"value": "00"},
        {"value": "zz" * 64},
        {"value": "00" * 64},
        {"value": "é" * 128},
    ],
    ids=str,
)
def test_malformed_signatures_are_false(signer: LocalSigner, change: dict[str, str]) -> None:
    """Nonsense is no signature, and no error either."""
    signature = signer.sign(b"x").model_copy(update=change)

    assert signer.verify(b"x", signature) is False


def test_a_signature_has_one_spelling(signer: LocalSigner) -> None:
    """Capitals and spaces in the hex do not verify: a record's bytes could change unseen."""
    signature = signer.sign(b"x")
    spaced = f"{signature.value[:2]} {signature.value[2:]}"

    for value in (signature.value.upper(), spaced, signature.value + "\n"):
        assert not signer.verify(b"x", signature.model_copy(update={"value": value}))


@shared
@given(message=st.binary(min_size=1, max_size=64), data=st.data())
def test_flipped_bits_never_verify(
    signer: LocalSigner, message: bytes, data: st.DataObject
) -> None:
    """Any one bit of the message or of the signature."""
    signature = signer.sign(message)
    bit = data.draw(st.integers(0, 8 * (len(message) + 64) - 1))
    changed = bytearray(message + bytes.fromhex(signature.value))
    changed[bit // 8] ^= 1 << bit % 8
    forged = signature.model_copy(update={"value": changed[len(message) :].hex()})

    assert signer.verify(message, signature)
    assert not signer.verify(bytes(changed[: len(message)]), forged)


@shared
@given(key_id=st.text(max_size=20), algorithm=st.text(max_size=8), value=st.text(max_size=140))
def test_verifying_never_raises(
    signer: LocalSigner, key_id: str, algorithm: str, value: str
) -> None:
    """Whatever stands in a signature."""
    for name in (algorithm, "ed25519"):
        signature = Signature.model_construct(key_id=key_id, algorithm=name, value=value)
        assert signer.verify(b"x", signature) is False


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


def test_a_retired_key_still_verifies_and_a_revoked_one_does_not(folder: Path) -> None:
    """Without its private file a key signs no more; without its public one it is unknown."""
    old = LocalSigner.open(folder, ANA).sign(b"x")
    only(folder, "private.pem").unlink()

    new = LocalSigner.open(folder, ANA)

    assert new.sign(b"x").key_id != old.key_id
    assert new.verify(b"x", old)
    (folder / f"{old.key_id}.public.pem").unlink()
    assert not new.verify(b"x", old)


def test_swapped_public_keys_are_not_believed(folder: Path, signer: LocalSigner) -> None:
    """Another key's bytes under Ana's id verify nothing: the id is the digest of the key."""
    platform = LocalSigner.open(folder, PLATFORM)
    mine, theirs = signer.sign(b"x"), platform.sign(b"x")
    (folder / f"{mine.key_id}.public.pem").write_bytes(
        (folder / f"{theirs.key_id}.public.pem").read_bytes()
    )
    forged = theirs.model_copy(update={"key_id": mine.key_id})

    assert not signer.verify(b"x", forged)
    assert not signer.verify(b"x", mine)
    assert signer.principal_of(mine.key_id) is None


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


def test_signed_json_is_canonical() -> None:
    """Two ways to write the same object are the same bytes, headed by what they are for."""
    expected = b'manifest\0{"a":1,"b":[true,null]}'

    assert signing_bytes("manifest", {"b": [True, None], "a": 1}) == expected
    assert signing_bytes("manifest", {"a": 1, "b": [True, None]}) == expected


json_objects = st.dictionaries(st.text(max_size=5), st.integers(-99, 99) | st.text(max_size=5))
purposes = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True)


@given(purposes, json_objects, purposes, json_objects)
def test_different_things_have_different_bytes(
    purpose: str, value: dict[str, object], other: str, another: dict[str, object]
) -> None:
    """No purpose and object can pass for another purpose or another object."""
    same = signing_bytes(purpose, value) == signing_bytes(other, another)

    assert same == ((purpose, value) == (other, another))


@pytest.mark.parametrize("purpose", ["", "Manifest", "a b", "a\0b", "manifest\n", "1"], ids=ascii)
def test_a_purpose_is_a_plain_word(purpose: str) -> None:
    """Anything else could end where the object begins."""
    with pytest.raises(BadInput, match="purpose"):
        signing_bytes(purpose, {})


@pytest.mark.parametrize(
    "value",
    [math.nan, math.inf, 2**60, {1: 2}, object(), "\ud800"],
    ids=["nan", "infinity", "large", "number as key", "object", "lone surrogate"],
)
def test_what_json_cannot_hold_cannot_be_signed(value: object) -> None:
    """Not a number, an infinity, an integer that a reader would round, no JSON at all."""
    with pytest.raises(BadInput, match="cannot be signed"):
        signing_bytes("manifest", {"x": value})


def test_keys_are_files_that_openssl_reads(folder: Path, signer: LocalSigner) -> None:
    """Anybody can verify without this platform: the public key is plain PEM."""
    public = serialization.load_pem_public_key(only(folder, "public.pem").read_bytes())

    public.verify(bytes.fromhex(signer.sign(b"x").value), b"x")
    assert os.linesep.join(only(folder, "public.pem").read_text().split("\n")[:1]) == (
        "-----BEGIN PUBLIC KEY-----"
    )
