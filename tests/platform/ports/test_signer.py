"""The contract of the signer: which signatures verify, and whose they are."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from key_folder import ANA, PLATFORM, only

from caf_platform.adapters.signer import LocalSigner
from caf_platform.ports.signer import Signature

shared = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


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
