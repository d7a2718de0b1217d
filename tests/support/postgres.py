"""A throwaway PostgreSQL server: one per test session, on a private socket, gone at the end.

`initdb` refuses to run as root, so root hands the server to an account that owns nothing else.
"""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

import pytest

DEBIAN = Path("/usr/lib/postgresql")
UNPRIVILEGED = ("postgres", "nobody")


def binaries(debian: Path = DEBIAN, path: str | None = None) -> Path | None:
    """The folder of the newest server binaries: Debian's own, otherwise the one on PATH."""
    versions = sorted(debian.glob("*/bin/initdb"), key=lambda file: float(file.parts[-3]))
    found = versions[-1] if versions else shutil.which("initdb", path=path)
    return Path(found).resolve().parent if found else None


def absent(environment: Mapping[str, str]) -> NoReturn:
    """Skip loudly on a machine without PostgreSQL; in CI that is a failure, not a skip."""
    reason = f"NO POSTGRESQL: no initdb in {DEBIAN}/*/bin or on PATH; install 'postgresql'"
    if environment.get("CI"):
        pytest.fail(f"{reason} (CI is set, so this is no skip)", pytrace=False)
    pytest.skip(reason)


class Cluster:
    """A running server with databases to give away; `fsync` is off, for nothing here must last."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self._folder, self._programs = folder, programs
        self._account = _account()
        os.chown(folder, self._account.pw_uid, self._account.pw_gid)
        self._data = folder / "data"

    def start(self) -> None:
        """Make the cluster and wait until it answers on its socket."""
        accepts = ("--auth-local=trust", "--auth-host=reject")
        tongue = ("--encoding=UTF8", "--locale=C", "--username=ledger")
        self._run("initdb", "--no-sync", *accepts, *tongue, "-D", self._data)
        options = f"-F -c listen_addresses= -c max_connections=120 -k {self._folder}"
        log = self._folder / "server.log"
        self._run("pg_ctl", "start", "-w", "-D", self._data, "-l", log, "-o", options)

    def stop(self) -> None:
        """End the server, whoever is still connected."""
        self._run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", self._data)

    @contextlib.contextmanager
    def database(self) -> Iterator[str]:
        """The URL of a fresh, empty database, which is dropped afterwards."""
        name = f"t{uuid.uuid4().hex}"
        self._run("createdb", *self._address, name)
        try:
            yield f"postgresql+psycopg://ledger@/{name}?host={self._folder}"
        finally:
            self._run("dropdb", *self._address, "--force", name)

    @property
    def _address(self) -> tuple[str, ...]:
        return ("-h", str(self._folder), "-U", "ledger")

    def _run(self, program: str, *arguments: str | Path) -> None:
        # A server that inherits a pipe would keep it open, so its output goes to a file.
        with tempfile.TemporaryFile() as output:
            done = subprocess.run(
                [self._programs / program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self._folder,
                env={"PATH": os.defpath, "LC_ALL": "C"},
                check=False,
                timeout=120,
                **_as(self._account),
            )
            output.seek(0)
            said = output.read().decode(errors="replace")
        if done.returncode != 0:
            raise RuntimeError(f"{program} ended with {done.returncode}: {said}")


def _account() -> pwd.struct_passwd:
    """Who runs the server: this account, or for root the first unprivileged one."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    for name in UNPRIVILEGED:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise RuntimeError(f"root needs one of the accounts {UNPRIVILEGED} to run PostgreSQL as")


def _as(account: pwd.struct_passwd) -> dict[str, Any]:
    if os.geteuid() == account.pw_uid:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


@contextlib.contextmanager
def postgres_server() -> Iterator[Cluster]:
    """A started cluster in a short-lived folder; skips, or in CI fails, without PostgreSQL."""
    programs = binaries() or absent(os.environ)
    # Not pytest's own folder: a socket's path must be short, and the server's account let in.
    with tempfile.TemporaryDirectory(prefix="caf-pg-") as folder:
        cluster = Cluster(Path(folder), programs)
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()
