from __future__ import annotations

from html.parser import HTMLParser

VOID = {"br", "hr", "input", "img", "meta", "link"}


class Seen(HTMLParser):
    """What a browser would make of some HTML: the tags, their attributes, the text, and whether it nests."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.nests = True
        self.feed(html)
        self.close()
        self.nests = self.nests and not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.update(name for name, _ in attrs)
        self.links += [value or "" for name, value in attrs if name == "href" and tag == "a"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.nests = self.nests and bool(self.open) and self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        self.tags.append("!--" + data)

    def handle_decl(self, decl: str) -> None:
        self.tags.append("!" + decl)

    def unknown_decl(self, data: str) -> None:
        self.tags.append("!" + data)

    def handle_pi(self, data: str) -> None:
        self.tags.append("?" + data)

    @property
    def text(self) -> str:
        return "".join(self.words)
