"""The server of reports and drift pages shows these and nothing else of a home."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

from caf_pipelines.servers.report_server import Elsewhere, report_server

HELD = "what is nobody's to read"
RUNS = "http://127.0.0.1:5000/#/runs/"
LINK = Elsewhere("MLflow <runs>", "http://127.0.0.1:5000/#/experiments?a=1&b=2")


@dataclass
class Shown:
    """A home that is being served."""

    home: Path
    port: int

    def ask(self, path: str, *, method: str = "GET", host: str = "") -> tuple[HTTPResponse, bytes]:
        """One answer to a path that is sent exactly as it is written."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.putrequest(method, path, skip_host=True)
        connection.putheader("Host", host or f"127.0.0.1:{self.port}")
        connection.endheaders()
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer, body


def filled(home: Path) -> Path:
    """A report, a drift page, and what must stay where it is."""
    for folder in ("reports", "pages", "keys", "lake", "reports/deeper"):
        (home / folder).mkdir(parents=True)
    (home / "reports" / "micro.html").write_text("<h1>The report</h1>")
    (home / "pages" / "micro-0003-drift.html").write_text("<h1>Drift</h1>")
    for kept in (
        "keys/1.private.pem",
        "keys/key.html",
        "ledger.db",
        "lake/rows.html",
        "reports/deeper/page.html",
        "reports/micro.html.part",
        "reports/.hidden.html",
    ):
        (home / kept).write_text(HELD)
    (home / "reports" / "linked.html").symlink_to(home / "keys" / "key.html")
    (home / "reports" / "folder.html").mkdir()
    return home


@contextmanager
def serving(home: Path) -> Iterator[Shown]:
    """A home, served on a free port."""
    with report_server(home, 0, [LINK], RUNS) as url:
        yield Shown(home, int(url.rpartition(":")[2]))


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """One home for all tests that only ask."""
    with serving(filled(tmp_path_factory.mktemp("shown") / "home")) as found:
        yield found


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Shown]:
    """One of the test's own."""
    with serving(filled(tmp_path / "home")) as found:
        yield found


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/reports/micro.html", b"The report"),
        ("/reports/micro.html?play=1", b"The report"),
        ("/reports/micro%2Ehtml", b"The report"),
        ("/pages/micro-0003-drift.html", b"Drift"),
    ],
)
def test_what_was_drawn_is_shown(shown: Shown, path: str, text: bytes) -> None:
    """A report and a page, as HTML."""
    answer, body = shown.ask(path)

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert text in body


def test_a_run_leads_to_its_page_in_mlflow(shown: Shown) -> None:
    """By the id that the report names; nothing else is led anywhere."""
    answer, _ = shown.ask(f"/runs/{'a1' * 16}")

    assert answer.status == 302
    assert answer.headers["Location"] == f"{RUNS}{'a1' * 16}"
    assert {shown.ask(f"/runs/{name}")[0].status for name in ("x", "..", "a1" * 17)} == {404}


@pytest.mark.parametrize(
    "path",
    [
        "/keys/1.private.pem",
        "/keys/key.html",
        "/ledger.db",
        "/lake/rows.html",
        "/reports",
        "/reports/",
        "/reports/absent.html",
        "/reports/deeper/page.html",
        "/reports/folder.html",
        "/reports/micro.html.part",
        "/reports/.hidden.html",
        "/reports/linked.html",
        "/reports/../keys/key.html",
        "/reports/%2e%2e/keys/key.html",
        "/reports/%2e%2e%2fkeys%2fkey.html",
        "/reports/..%5ckeys%5ckey.html",
        "/reports/%252e%252e/keys/key.html",
        "/reports//../keys/key.html",
        "/./keys/key.html",
        "//keys/key.html",
        "/reports/micro.html%00",
        "/reports/micro.html%0a",
        "http://127.0.0.1/keys/key.html",
    ],
)
def test_nothing_else_is(shown: Shown, path: str) -> None:
    """No key, no ledger, no data: not by name, by climbing, by a link, or by odd spelling."""
    answer, body = shown.ask(path)

    assert answer.status == 404
    assert HELD.encode() not in body


def test_a_folder_that_is_a_link_is_followed_as_a_whole(own: Shown, tmp_path: Path) -> None:
    """Whoever keeps reports elsewhere has put that folder there on purpose."""
    (own.home / "pages").rename(tmp_path / "elsewhere")
    (own.home / "pages").symlink_to(tmp_path / "elsewhere")

    answer, _ = own.ask("/pages/micro-0003-drift.html")

    assert answer.status == 200


def test_the_first_page_leads_to_all_there_is(shown: Shown) -> None:
    """Reports, pages and the other servers; names are text, never markup."""
    answer, body = shown.ask("/")

    text = body.decode()
    assert answer.status == 200
    assert 'href="/reports/micro.html"' in text
    assert 'href="/pages/micro-0003-drift.html"' in text
    assert "MLflow &lt;runs&gt;" in text
    assert "?a=1&amp;b=2" in text
    assert "linked" not in text
    assert "folder.html" not in text


def test_a_home_without_reports_says_how_to_draw_one(tmp_path: Path) -> None:
    """A play that has just begun."""
    with serving(tmp_path) as empty:
        _, body = empty.ask("/")

    assert b"caf report" in body


@pytest.mark.parametrize("path", ["/", "/reports/micro.html", "/keys/key.html"])
def test_every_answer_is_protected(shown: Shown, path: str) -> None:
    """No other site may frame, embed or mistake it, and a page of ours may ask nobody."""
    answer, _ = shown.ask(path)

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "connect-src" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Server"] == "caf"


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "[::1]:{port}"]
)
def test_another_name_for_this_machine_is_refused(shown: Shown, host: str) -> None:
    """A site that lets its own name lead here would read the pages as its own."""
    answer, body = shown.ask("/reports/micro.html", host=host.format(port=shown.port))

    assert answer.status == 421
    assert b"The report" not in body


def test_localhost_is_a_name_of_ours(shown: Shown) -> None:
    """What people type."""
    answer, _ = shown.ask("/reports/micro.html", host=f"localhost:{shown.port}")

    assert answer.status == 200


def test_a_head_has_no_body(shown: Shown) -> None:
    """The same headers as with it."""
    answer, body = shown.ask("/reports/micro.html", method="HEAD")

    assert answer.status == 200
    assert int(answer.headers["Content-Length"]) == len("<h1>The report</h1>")
    assert body == b""


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_there_is_nothing_to_change(shown: Shown, method: str) -> None:
    """It only shows."""
    answer, _ = shown.ask("/reports/micro.html", method=method)

    assert answer.status == 501
    assert (shown.home / "reports" / "micro.html").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_page_that_may_not_be_read_is_not_found(own: Shown) -> None:
    """No traceback in the browser."""
    (own.home / "reports" / "micro.html").chmod(0)

    answer, _ = own.ask("/reports/micro.html")

    assert answer.status == 404


def test_a_new_report_is_shown_at_once(own: Shown) -> None:
    """A play that ends while somebody looks."""
    (own.home / "reports" / "micro.html").write_text("<h1>Newer</h1>")

    answer, body = own.ask("/reports/micro.html")

    assert b"Newer" in body
    assert answer.headers["Cache-Control"] == "no-cache"
