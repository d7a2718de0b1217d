"""Who signs in the signer's tests, and the files of their keys."""

from pathlib import Path

from caf_platform.ports.signer import Principal, Role

ANA = Principal(name="Ana Lima", roles=(Role.APPROVER,))
PLATFORM = Principal(name="platform", roles=(Role.PLATFORM,), automatic=True)


def only(folder: Path, kind: str) -> Path:
    """The one file of a kind."""
    (path,) = folder.glob(f"*.{kind}")
    return path
