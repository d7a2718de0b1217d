"""Shows what was drawn: reports and drift pages, to a browser on this machine, and nothing else.

A path is a folder's name and a plain file name, or it is not found: there is no way to say where
else to look. A link that leads out of its folder is not followed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from caf_pipelines.report.writing import own
from caf_pipelines.servers.process import LOOPBACK

FILE: Final = re.compile(r"/(?P<folder>reports|pages)/(?P<name>[\w-][\w.-]*\.html)")
RUN: Final = re.compile(r"/runs/(?P<id>[0-9a-f]{32})")
SILENCE_SECONDS: Final = 30
NOTICE_SECONDS: Final = 0.1
"""How long it may take to notice that it is to end."""

HEADERS: Final[Mapping[str, str]] = {
    "Cache-Control": "no-cache",
    # Evidently's pages hold their own scripts, and compute with them; nothing is fetched.
    "Content-Security-Policy": "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'unsafe-inline'; img-src data: blob:; font-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True)
class Elsewhere:
    """Another address that the first page leads to."""

    name: str
    url: str


@contextmanager
def report_server(
    home: Path, port: int, elsewhere: Sequence[Elsewhere] = (), runs: str = ""
) -> Iterator[str]:
    """Serve the reports and pages of a home until the block ends; gives the address.

    `runs` is the address before a run's id in MLflow's pages; the reports lead there.
    """

    class Handler(_Pages):
        where = home
        links = tuple(elsewhere)
        run_pages = runs

    with ThreadingHTTPServer((LOOPBACK, port), Handler) as server:
        Handler.port = server.server_port
        serving = Thread(target=server.serve_forever, args=(NOTICE_SECONDS,), daemon=True)
        serving.start()
        try:
            yield f"http://{LOOPBACK}:{server.server_port}"
        finally:
            server.shutdown()
            serving.join()


def drawn(home: Path, path: str) -> Path | None:
    """The file behind a URL's path, if it is one that was drawn; None for everything else."""
    found = FILE.fullmatch(unquote(path))
    if found is None:
        return None
    folder = (home / found["folder"]).resolve()
    file = folder / found["name"]
    return file if file.is_file() and file.resolve().parent == folder else None


class _Pages(BaseHTTPRequestHandler):
    where: Path
    links: tuple[Elsewhere, ...]
    run_pages: str
    port: int
    timeout = SILENCE_SECONDS

    def do_GET(self) -> None:
        """The first page, or a file that was drawn."""
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        """The same without its body."""
        self._answer(with_body=False)

    def end_headers(self) -> None:
        """Every answer, also one that says no, carries the same protection."""
        for name, value in HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def version_string(self) -> str:
        """Who answers, without the versions of what it is made of."""
        return "caf"

    def log_message(self, *_said: object) -> None:
        """Nobody reads an access log of one's own browser."""

    def _answer(self, *, with_body: bool) -> None:
        if not self._for_us():
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST, "Ask 127.0.0.1 or localhost")
            return
        path = urlsplit(self.path).path
        run = RUN.fullmatch(path)
        if run and self.run_pages:
            self.send_response(HTTPStatus.FOUND)
            self.send_header("Location", f"{self.run_pages}{run['id']}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = self._body(path)
        if body is None:
            self.send_error(HTTPStatus.NOT_FOUND, "Nothing was drawn under this address")
            return
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def _for_us(self) -> bool:
        """Whether the browser means us: a foreign name that leads here is an attack on it."""
        host = self.headers.get("Host", "").rpartition(":")
        return host[0] in (LOOPBACK, "localhost") and host[2] == str(self.port)

    def _body(self, path: str) -> bytes | None:
        if path == "/":
            return _first_page(self.where, self.links).encode()
        file = drawn(self.where, path)
        try:
            return None if file is None else file.read_bytes()
        except OSError:
            return None


def _first_page(home: Path, links: Sequence[Elsewhere]) -> str:
    """What there is, newest first, and where else to look."""
    sections = [
        _section("Reports", _files(home / "reports"), "None yet. Draw one: .venv/bin/caf report"),
        _section("Drift pages", _files(home / "pages"), "None yet. Draw one: .venv/bin/caf drift"),
        _section("Elsewhere", [_link(one.url, one.name, one.url) for one in links], ""),
    ]
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>What was drawn</title>'
        '<link rel="icon" href="data:,">'
        f"<style>{own('colours.css')}"
        "body{font:16px/1.6 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;"
        "background:var(--paper);color:var(--ink)}a{color:var(--accent)}"
        "small{color:var(--muted)}</style>"
        f"<main><h1>What was drawn</h1>{''.join(sections)}</main></html>"
    )


def _files(folder: Path) -> list[str]:
    found = [path for path in folder.glob("*.html") if drawn(folder.parent, _address(path))]
    dated = sorted(((path.stat().st_mtime, path) for path in found), reverse=True)
    return [
        _link(
            _address(path),
            path.stem,
            f"drawn {datetime.fromtimestamp(when, UTC):%Y-%m-%d %H:%M} UTC",
        )
        for when, path in dated
    ]


def _address(path: Path) -> str:
    return quote(f"/{path.parent.name}/{path.name}")


def _link(url: str, name: str, about: str) -> str:
    return f'<li><a href="{escape(url)}">{escape(name)}</a> <small>{escape(about)}</small>'


def _section(title: str, items: Sequence[str], otherwise: str) -> str:
    if not items and not otherwise:
        return ""
    return f"<h2>{title}</h2>" + (f"<ul>{''.join(items)}</ul>" if items else f"<p>{otherwise}</p>")
