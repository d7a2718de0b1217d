"""An HTML page taken apart: elements, texts, identifiers, headings and pictures."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

VOID = {"meta", "link", "br", "hr", "img", "input"}
SVG = "{http://www.w3.org/2000/svg}"


@dataclass
class Element:
    """One element; `text` is everything written in it, its children's text included."""

    tag: str
    attributes: dict[str, str]
    parents: tuple[str, ...]
    text: str = ""


@dataclass
class HtmlPage(HTMLParser):
    """Reads a page strictly: an element that is closed out of order is a mistake."""

    source: str
    elements: list[Element] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[Element] = []
        self.feed(self.source)
        self.close()
        self.mistakes += [f"<{one.tag}> is never closed" for one in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element opens."""
        parents = tuple(one.tag for one in self._open)
        one = Element(tag, {name: value or "" for name, value in attrs}, parents)
        self.elements.append(one)
        if tag not in VOID:
            self._open.append(one)

    def handle_endtag(self, tag: str) -> None:
        """The innermost element must be the one that closes."""
        if not self._open or self._open[-1].tag != tag:
            self.mistakes.append(f"</{tag}> at {self.getpos()} closes nothing")
            return
        self._open.pop()

    def handle_data(self, data: str) -> None:
        """Text belongs to every element around it; a script is read by nobody."""
        if self._open and self._open[-1].tag not in {"script", "style"}:
            for one in self._open:
                one.text += data

    def all(self, *tags: str) -> list[Element]:
        """Elements by tag, in order."""
        return [one for one in self.elements if one.tag in tags]

    @property
    def ids(self) -> list[str]:
        """Every identifier, in order."""
        return [one.attributes["id"] for one in self.elements if "id" in one.attributes]

    @property
    def text(self) -> str:
        """What can be read, spaces as one."""
        body = self.all("body")[0].text
        return " ".join(body.split())

    @property
    def pictures(self) -> list[ET.Element]:
        """Every SVG, parsed as the XML it must be."""
        parts = self.source.split("<svg ")[1:]
        svgs = [f"<svg {part.split('</svg>')[0]}</svg>" for part in parts]
        return [ET.fromstring(svg) for svg in svgs]  # noqa: S314 - our own page
