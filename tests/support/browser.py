"""A real browser, without a window, on our pages: what axe-core, the console and the network say.

Debian's `chromium`, or Chrome, through Playwright; a machine that has neither skips. A browser asks
the world many things of its own accord, so it gets a network of its own, with nobody in it.
"""

import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from axe_playwright_python.sync_playwright import Axe
from checkout import ROOT
from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
WIDTHS = (390, 820, 1280)
"""A telephone, a tablet, a desk; in CSS pixels."""
SCHEMES = ("light", "dark")
EVERY = tuple(product(WIDTHS, SCHEMES))
SOME = ((390, "light"), (820, "dark"), (1280, "light"))
"""Each width and each scheme at least once."""

ALONE = """#!{python}
import os, sys
sys.path.insert(0, {infra!r})
from contextlib import suppress
from offline import cut
with suppress(OSError):  # a machine that does not let a process cut its network
    cut()
os.execv({path!r}, [{path!r}, *sys.argv[1:]])
"""
"""Starts the browser with the network cut off."""

Look = tuple[int, str]


@contextmanager
def browser_or_skip() -> Iterator[Browser]:
    """A browser of the machine's own; nothing is downloaded."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("no Chromium here: install 'chromium'")
    with TemporaryDirectory() as folder, sync_playwright() as driver:
        alone = Path(folder) / "alone"
        alone.write_text(ALONE.format(python=sys.executable, infra=str(ROOT / "infra"), path=path))
        alone.chmod(0o700)
        browser = driver.chromium.launch(executable_path=alone, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def faults(browser: Browser, url: str, looks: Iterable[Look] = EVERY) -> list[str]:
    """What is wrong with a page, a sentence each; no rule of axe-core is left out.

    Besides: an error or warning in the console, a page wider than its window, and a request for
    anything but the page itself.
    """
    return [
        f"{width} px, {scheme}: {fault}"
        for width, scheme in looks
        for fault in _faults(browser, url, width, scheme)
    ]


def _faults(browser: Browser, url: str, width: int, scheme: str) -> list[str]:
    said: list[str] = []
    context = browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": width, "height": 900},
        bypass_csp=True,  # or the page's own rules would keep axe-core out
    )
    try:
        page = context.new_page()
        page.on(
            "console",
            lambda one: (
                said.append(f"says {one.text}") if one.type in ("error", "warning") else None
            ),
        )
        page.on("pageerror", lambda error: said.append(f"breaks with {error}"))
        page.on(
            "request",
            lambda one: said.append(f"asks for {one.url}") if one.url != url else None,
        )
        page.goto(url)
        return said + _overflow(page) + _violations(page)
    finally:
        context.close()


def _overflow(page: Page) -> list[str]:
    root = "document.documentElement"
    over = page.evaluate(f"{root}.scrollWidth - {root}.clientWidth")
    return [f"is {over} pixels too wide"] if over else []


def _violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']} ({one['impact']}): {node['html'][:200]}"
        for one in found
        for node in one["nodes"]
    ]
