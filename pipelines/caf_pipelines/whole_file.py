"""Files that are put in their place whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from caf_platform.errors import BadInput, Unavailable


@contextmanager
def staged(data: bytes, path: Path) -> Iterator[None]:
    """Bytes that lie beside a path meanwhile, and are put there unless something is raised.

    A link leads to what is replaced. `BadInput` for what is there and is no file, `Unavailable`
    when it cannot be written.
    """
    target = path.resolve()
    if target.exists() and not target.is_file():
        raise BadInput(
            f"'{path}' is no file, and is not replaced by one.",
            next_step="Name a file with --out.",
        )
    part: Path | None = None
    try:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile("wb", dir=target.parent, suffix=".part", delete=False) as file:
                part = Path(file.name)
                file.write(data)
            part.chmod(0o644)
        except OSError as error:
            raise _unwritten(path, error) from error
        yield
        try:
            part.replace(target)
        except OSError as error:
            raise _unwritten(path, error) from error
    except BaseException:
        if part is not None:
            with suppress(OSError):
                part.unlink(missing_ok=True)
        raise


def _unwritten(path: Path, error: OSError) -> Unavailable:
    return Unavailable(
        f"'{path}' cannot be written.",
        why=f"{error.strerror}.",
        next_step="Make room for it, or name another place with --out.",
    )
