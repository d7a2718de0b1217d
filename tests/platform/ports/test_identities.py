"""Who is known here: keys that are made on purpose, once for each person, with their roles."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from caf_platform.adapters.identities import LocalIdentities
from caf_platform.adapters.signer import LocalSigner
from caf_platform.errors import BadInput, Refused
from caf_platform.ports.signer import Principal, Role

PLATFORM = Principal(name="platform", roles=(Role.PLATFORM,), automatic=True)


def person(name: str, *roles: Role) -> Principal:
    """A person; an approver unless other roles are named."""
    return Principal(name=name, roles=roles or (Role.APPROVER,))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the keys are; not made yet."""
    return tmp_path / "keys"


@pytest.fixture
def people(folder: Path) -> LocalIdentities:
    """Nobody yet."""
    return LocalIdentities(folder)


def test_nobody_is_known_before_a_key_was_made(people: LocalIdentities, folder: Path) -> None:
    """Asking makes none, not even the folder."""
    with pytest.raises(BadInput, match=r"Nobody called 'ada'.*identity create ada --role"):
        people.signer("ada")

    assert people.known() == ()
    assert not folder.exists()


def test_a_person_is_made_with_their_roles(people: LocalIdentities) -> None:
    """The signer that is found by the name is theirs, with exactly these roles."""
    made = people.create(person("ada", Role.APPROVER, Role.OPERATOR))

    signer = people.signer("ada")
    assert signer.principal == made.principal
    assert signer.sign(b"x").key_id == made.key_id
    assert people.known() == (made,)


@pytest.mark.parametrize(
    "again", ["Ada Bell", "ada  bell", "Bell, Ada", "ADA BELL, data science", "Ada\u200b Bell"]
)
def test_one_person_has_one_key(people: LocalIdentities, again: str) -> None:
    """However the name is spelled, and whatever the roles: nobody is two people in a quorum."""
    people.create(person("Ada Bell"))

    with pytest.raises(Refused, match=r"'Ada Bell' has an identity already, as approver"):
        people.create(person(again, Role.PUBLISHER))

    assert len(people.known()) == 1


@pytest.mark.parametrize("spelled", ["Ada Bell", " ada bell", "Bell, Ada"])
def test_a_person_is_found_however_the_name_is_spelled(
    people: LocalIdentities, spelled: str
) -> None:
    """What they do is recorded under the name on the key."""
    people.create(person("Ada Bell"))

    assert people.signer(spelled).principal.name == "Ada Bell"


def test_a_name_that_may_be_several_people_is_none(people: LocalIdentities) -> None:
    """`Ada, Bell` may be `Ada` or `Bell Ada`: whoever types it says which."""
    people.create(person("Ada"))
    people.create(person("Bell Ada"))

    with pytest.raises(BadInput, match="may be several people"):
        people.signer("Ada, Bell")


@pytest.mark.parametrize("name", ["", " ", ",", "\u200b"])
def test_nobody_is_no_identity(people: LocalIdentities, name: str) -> None:
    """A key belongs to somebody."""
    with pytest.raises(BadInput, match="needs somebody's name"):
        people.create(person(name))


def test_a_key_without_a_role_is_not_made(people: LocalIdentities) -> None:
    """It could do nothing."""
    with pytest.raises(BadInput, match="no role"):
        people.create(Principal(name="ada"))


@pytest.mark.parametrize(
    "principal",
    [
        Principal(name="ada", roles=(Role.APPROVER, Role.PLATFORM)),
        Principal(name="ada", roles=(Role.APPROVER,), automatic=True),
        Principal(name="plat\u200bform", roles=(Role.APPROVER,)),
        Principal(name="Policy", roles=(Role.APPROVER,)),
    ],
    ids=["its role", "automatic", "its looks", "its other name"],
)
def test_nobody_is_made_the_platform(people: LocalIdentities, principal: Principal) -> None:
    """Neither by role, nor by acting by itself, nor by a name that looks like one of its own."""
    with pytest.raises(Refused, match="cannot be the platform"):
        people.create(principal)

    assert people.known() == ()


def test_nobody_signs_as_the_platform_by_its_name(people: LocalIdentities, folder: Path) -> None:
    """Its key is listed, and not given out."""
    LocalSigner.open(folder, PLATFORM)

    with pytest.raises(BadInput, match="Nobody called 'platform'"):
        people.signer("platform")
    with pytest.raises(Refused, match="'platform' is no person"):
        people.retire("platform")

    assert [one.principal for one in people.known()] == [PLATFORM]


def test_a_retired_person_signs_no_more(people: LocalIdentities) -> None:
    """What they signed still verifies; they are listed, and may get a new key with other roles."""
    first = people.create(person("ada"))
    signature = people.signer("ada").sign(b"x")

    gone = people.retire("ada")
    with pytest.raises(BadInput):
        people.signer("ada")
    second = people.create(person("ada", Role.AUDITOR))

    assert gone == first.model_copy(update={"retired": True})
    assert people.signer("ada").verify(b"x", signature)
    assert people.known() == (second, gone)


def test_of_people_made_at_once_there_is_one(people: LocalIdentities) -> None:
    """Eight tries by threads that wait for each other: one key, seven refusals."""
    together = Barrier(8)

    def make(number: int) -> bool:
        together.wait()
        try:
            people.create(person("ada" if number % 2 else "Ada"))
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(make, range(8)))

    assert sum(made) == 1
    assert len(people.known()) == 1
