"""Keeps Prefect's pages from asking anybody but the server that they came from.

With analytics off they report nothing, but the pages of 3.8.8 still fetch a configuration from a
service on the internet each time they are opened. The server cannot be told to forbid that, so
the pages say it themselves, in the words that browsers obey (Content Security Policy, W3C).
"""

import re
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from caf_platform.errors import Unavailable

HEAD: Final = "<head>"
_OURS: Final = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')


def keep_in(pages: Path, url: str) -> None:
    """Forbid every page below a folder to speak to anybody but the server at `url`.

    `Unavailable` when there is a page that this cannot be written into, or none at all.
    """
    indexes = sorted(pages.glob("*/index.html"))
    for index in indexes:
        text = _OURS.sub("", index.read_text("utf-8"))
        if HEAD not in text:
            raise _not_kept(index)
        index.write_text(text.replace(HEAD, f"{HEAD}{_policy(url)}", 1), "utf-8")
    if not indexes:
        raise _not_kept(pages)


def _policy(url: str) -> str:
    # a page may have been opened by either name of this machine, and asks by the first
    place = urlsplit(url).netloc
    ours = f"'self' http://{place} ws://{place}"
    return (
        '<meta http-equiv="Content-Security-Policy" content="default-src '
        f"{ours} 'unsafe-inline' 'unsafe-eval' data: blob:; form-action 'self'\">"
    )


def _not_kept(path: Path) -> Unavailable:
    return Unavailable(
        "Prefect's pages would ask a service on the internet.",
        why=f"'{path}' is not the page that could be told not to.",
        next_step="Install the pinned packages: make setup",
    )
