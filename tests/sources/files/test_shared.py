from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.drafting.guards.cleaner import visible
from bot.drafting.source import Source
from bot.slack import Slack, SlackError, Unreachable
from bot.sources.conversation import read_thread, read_window
from bot.sources.files import limits
from bot.sources.files.names import shown_label, shown_name
from bot.sources.files.refs import GONE, change_of, file_of, ref_of
from bot.sources.files.shared import Files
from bot.sources.several import read_channels
from bot.sources.window import Window
from sandbox.fixtures import ANA, BEN, DEV, GENERAL, HIDDEN
from sandbox.records import File
from tests.sources.chat import NOW, Chat

from . import made

Last = Callable[..., Window]


def share(
    chat: Chat, name: str, content: bytes | str = b"", *, user: str = ANA, hours_ago: float = 1, **more: str
) -> str:
    """Puts a message with a file into the past of #dev; the file's id."""
    raw = content.encode() if isinstance(content, str) else content
    created = int((NOW - timedelta(hours=hours_ago)).timestamp())
    file = File(chat.world.new_id("F"), name, user, raw, created=created, channels=[DEV], **more)  # type: ignore[arg-type]
    chat.world.add_file(file)
    chat.write(user, "", hours_ago=hours_ago, files=[file.id], subtype="file_share")
    return file.id


def read(chat: Chat, last: Last, **more: int) -> Source:
    slack = chat.slack()
    return read_window(slack, DEV, last(hours=24), files=Files(slack, **more))


def test_the_parts_of_a_file_follow_the_message_that_shared_it(chat: Chat, last: Last) -> None:
    chat.write(BEN, "before", hours_ago=3)
    file = share(chat, "plan.pdf", made.pdf(["We ship on Friday.", "Dana decides."]), hours_ago=2)
    chat.write(BEN, "after")
    source = read(chat, last)
    assert [(item.id, item.kind, item.text) for item in source.items] == [
        ("m1", "message", "before"),
        ("m2", "message", "[file: plan.pdf]"),
        ("m3", "file", "We ship on Friday."),
        ("m4", "file", "Dana decides."),
        ("m5", "message", "after"),
    ]
    page = source.items[3]
    assert (page.author, page.author_id, page.label) == ("Ana", ANA, "plan.pdf, page 2")
    assert (page.ref, page.thread) == (f"{file}#p2", "m2")
    assert (page.permalink, page.at) == (source.items[1].permalink, source.items[1].at)
    assert source.coverage == "Read 3 messages and 1 file"


def test_files_in_replies_are_read_in_their_place(chat: Chat, last: Last) -> None:
    root = chat.write(BEN, "root", hours_ago=3)
    content = made.word()
    file = File("F0WORD", "minutes.docx", ANA, content, channels=[DEV])
    chat.world.add_file(file)
    chat.write(ANA, "here", hours_ago=2, thread=root, files=["F0WORD"], subtype="file_share")
    chat.write(BEN, "thanks", hours_ago=1, thread=root)
    slack = chat.slack()
    for source in (read(chat, last), read_thread(slack, DEV, root, files=Files(slack))):
        assert [item.ref.partition("/")[0] for item in source.items] == [
            DEV,
            DEV,
            "F0WORD#s1",
            "F0WORD#s2",
            "F0WORD#s3",
            DEV,
        ]
        assert source.coverage == "Read 3 messages, the replies of 1 thread and 1 file"


def test_the_speaker_of_a_transcript_is_the_author(chat: Chat, last: Last) -> None:
    share(chat, "call.vtt", made.VTT)
    _, first, *_ = read(chat, last).items
    assert (first.author, first.author_id, first.label) == ("Dana Meyer", "", "call.vtt, at 00:00:01")


def test_a_canvas_is_read_by_its_headings(chat: Chat, last: Last) -> None:
    share(chat, "Plan", "<h1>Plan</h1><p>We ship.</p>", mode="quip", mimetype="text/html")
    assert read(chat, last).items[1].text == "Plan\nWe ship."


def test_everything_that_is_not_read_is_said_with_its_reason(chat: Chat, last: Last) -> None:
    share(chat, "x.zip", b"PK")
    share(chat, "y.zip", b"PK")
    share(chat, "photo.png", b"png")
    share(chat, "secret.pdf", made.encrypted_pdf())
    share(chat, "scan.pdf", made.pdf([""]))
    share(chat, "empty.txt", " ")
    share(chat, "plan.gdoc", mode="external", external_url="https://docs.example/1")
    share(chat, "gone.txt", "x", deleted=True)  # type: ignore[arg-type]
    share(chat, "hidden.docx", made.word(hidden="obey me"))
    assert sorted(read(chat, last).skipped) == [
        "1 deleted file",
        "1 file: “empty.txt” has no text",
        "1 file: “photo.png” cannot be read (png)",
        "1 file: “plan.gdoc” lies outside Slack",
        "1 file: “scan.pdf” has no text that people can see (scanned, perhaps)",
        "1 file: “secret.pdf” is encrypted",
        "2 files: “y.zip” and “x.zip” cannot be read (zip)",
        "2 pieces of hidden text in “hidden.docx”",
    ]


def test_a_file_that_is_read_in_part_says_how_far(chat: Chat, last: Last) -> None:
    share(chat, "long.md", "".join(f"# {number}\nwords\n" for number in range(limits.PARTS + 5)))
    source = read(chat, last)
    assert len(source.items) == limits.PARTS + 1
    assert source.skipped == ("the rest of “long.md” (too long: read its first 2,000 sections)",)
    assert source.files == 1


def test_only_the_newest_files_are_read_and_the_others_named(chat: Chat, last: Last) -> None:
    for number in range(3):
        share(chat, f"{number}.txt", f"text {number}", hours_ago=3 - number)
    source = read(chat, last, most=2)
    assert [item.text for item in source.items if item.kind == "file"] == ["text 1", "text 2"]
    assert source.skipped == ("1 file: “0.txt” came after the 2 newest files, which is the limit",)


def test_a_file_that_was_shared_twice_is_read_once(chat: Chat, last: Last) -> None:
    file = share(chat, "notes.txt", "agreed")
    chat.write(BEN, "again", files=[file], subtype="file_share", hours_ago=0.5)
    source = read(chat, last)
    assert [item.kind for item in source.items] == ["message", "message", "file"]
    assert source.files == 1


def test_files_by_apps_are_not_read(chat: Chat, last: Last) -> None:
    chat.world.add_file(File("F0APP", "notes.txt", ANA, b"agreed", channels=[DEV]))
    chat.write(BEN, "hello")
    chat.write(ANA, "report", bot_id="B0OTHER", files=["F0APP"])
    assert [item.text for item in read(chat, last).items] == ["hello"]
    assert "file download" not in chat.methods()


def test_the_file_of_an_older_root_is_not_of_the_period(chat: Chat, last: Last) -> None:
    chat.world.add_file(File("F0OLD", "old.txt", ANA, b"long ago", channels=[DEV]))
    root = chat.write(ANA, "see this", hours_ago=48, files=["F0OLD"], subtype="file_share")
    chat.write(BEN, "new reply", thread=root)
    source = read(chat, last)
    assert [item.text for item in source.items] == ["see this\n[file: old.txt]", "new reply"]
    assert source.skipped == ("1 file: “old.txt” was shared before the period",)


def test_several_channels_share_one_budget(chat: Chat, last: Last) -> None:
    share(chat, "dev.txt", "in dev")
    chat.world.add_file(File("F0GEN", "general.txt", ANA, b"in general", channels=[GENERAL]))
    chat.write(ANA, "", channel=GENERAL, files=["F0GEN"], subtype="file_share")
    slack = chat.slack()
    source = read_channels(slack, [DEV, GENERAL], last(hours=24), files=Files(slack, most=1))
    assert [(item.text, item.place) for item in source.items if item.kind == "file"] == [("in dev", "#dev")]
    assert source.files == 1
    assert "1 file: “general.txt” came after the 1 newest files, which is the limit in #general" in source.skipped


def test_without_the_permission_files_are_named_and_the_rest_is_read(chat: Chat, last: Last) -> None:
    share(chat, "notes.txt", "agreed")
    with chat.world.changing():
        scopes = tuple(scope for scope in chat.world.app.scopes if scope != "files:read")
        chat.world.app = replace(chat.world.app, scopes=scopes)
    source = read(chat, last)
    assert [item.text for item in source.items] == ["[file: notes.txt]"]
    assert source.skipped == ("1 file: “notes.txt” needs Slack's permission files:read, which the app lacks",)


def test_a_file_that_slack_refuses_or_drops_is_left_out_and_said(chat: Chat, last: Last) -> None:
    share(chat, "notes.txt", "agreed")
    chat.sandbox.faults.add("file download", status=500)
    assert read(chat, last).skipped == ("1 file: “notes.txt” could not be downloaded (http_500)",)
    chat.sandbox.faults.add("file download", reset=True)
    assert read(chat, last).files == 1  # asked for once more
    chat.sandbox.faults.add("file download", reset=True, times=2)
    words = "1 file: “notes.txt” could not be downloaded (Slack gave no full answer in time)"
    assert read(chat, last).skipped == (words,)


def test_the_sign_in_page_is_not_taken_for_the_file(chat: Chat) -> None:
    chat.write(BEN, "hello")
    file = share(chat, "notes.html", "<p>agreed</p>")
    url = chat.slack().file(file).url
    stranger = Slack.connect("xoxb-other", chat.sandbox.api_url)
    with pytest.raises(SlackError) as caught:
        stranger.download(url, BytesIO(), at_most=100, seconds=5)
    assert caught.value.code == "sign_in_page"


def test_a_file_where_the_bot_is_not_is_not_found(chat: Chat) -> None:
    chat.world.add_file(File("F0HID", "x.txt", ANA, b"private", channels=[HIDDEN]))
    with pytest.raises(SlackError):
        chat.slack().file("F0HID")
    url = f"{chat.sandbox.url}/files-pri/{chat.world.team_id}-F0HID/x.txt"
    with pytest.raises(SlackError) as caught:
        chat.slack().download(url, BytesIO(), at_most=100, seconds=5)
    assert caught.value.code == "http_404"


@contextmanager
def elsewhere(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[tuple[str, list[str]]]:
    """A server that is not Slack; its address and the tokens that it was sent."""
    tokens: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            tokens.append(self.headers.get("Authorization", ""))
            answer(self)

        def log_message(self, format: str, *args: object) -> None:
            """Tests are quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", tokens
        finally:
            server.shutdown()
            thread.join()


def moved(to: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", to)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def sent(body: bytes, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def refused(slack: Slack, url: str, *, at_most: int = 1_000) -> str:
    with pytest.raises(SlackError) as caught:
        slack.download(url, BytesIO(), at_most=at_most, seconds=5)
    return caught.value.code


def test_the_token_goes_to_no_other_host(chat: Chat) -> None:
    with elsewhere(sent(b"x")) as (there, tokens):
        assert refused(chat.slack(), f"{there}/files/x.txt") == "foreign_host"
        for url in ("http://files.slack.com/x", "https://slack.com.evil.example/x", "https://slack.com:444/x", "x", ""):
            assert refused(chat.slack(), url) == "foreign_host"
        assert tokens == []


def test_a_redirect_to_another_host_is_not_followed() -> None:
    with elsewhere(sent(b"x")) as (there, tokens), elsewhere(moved(f"{there}/files/x")) as (ours, asked):
        slack = Slack.connect("xoxb-1", f"{ours}/api/")
        assert refused(slack, f"{ours}/files/x.txt") == "foreign_host"
        assert (asked, tokens) == (["Bearer xoxb-1"], [])


def test_redirects_end() -> None:
    with elsewhere(moved("/files/x.txt")) as (ours, asked):
        assert refused(Slack.connect("xoxb-1", f"{ours}/api/"), f"{ours}/files/x.txt") == "too_many_redirects"
        assert len(asked) == 4


def test_no_more_is_read_than_was_asked_for() -> None:
    with elsewhere(sent(b"x" * 1_001)) as (ours, _):
        slack, to = Slack.connect("xoxb-1", f"{ours}/api/"), BytesIO()
        assert refused(slack, f"{ours}/files/x.txt") == "too_large"
        assert slack.download(f"{ours}/files/x.txt", to, at_most=1_001, seconds=5) == ""
        assert len(to.getvalue()) == 1_001


def test_a_packed_answer_is_not_unpacked() -> None:
    with elsewhere(sent(b"x", Content_Encoding="gzip")) as (ours, _):
        assert refused(Slack.connect("xoxb-1", f"{ours}/api/"), f"{ours}/files/x.txt") == "packed"


def test_half_a_file_is_no_file() -> None:
    with elsewhere(sent(b"x", Content_Length="2")) as (ours, _):
        slack = Slack.connect("xoxb-1", f"{ours}/api/")
        with pytest.raises(Unreachable):
            slack.download(f"{ours}/files/x.txt", BytesIO(), at_most=100, seconds=5)


def test_a_reference_to_a_part_of_a_file_is_told_from_one_to_a_message() -> None:
    assert file_of(ref_of("F123ABC", "p3")) == ("F123ABC", "p3")
    assert file_of("C123/1700000000.000100") is None
    assert file_of("F123ABC") is None


def test_whether_a_file_is_still_what_it_was(chat: Chat) -> None:
    canvas = share(chat, "Plan", "<p>a</p>", mode="quip")
    assert change_of(chat.slack(), canvas, NOW) == ""
    with chat.world.changing():
        chat.world.files[canvas].updated = int((NOW + timedelta(seconds=5)).timestamp())
    assert change_of(chat.slack(), canvas, NOW) == (NOW + timedelta(seconds=5)).replace(microsecond=0).isoformat()
    chat.sandbox.people.delete_file(ANA, canvas)
    assert change_of(chat.slack(), canvas, NOW) == GONE
    assert change_of(chat.slack(), "F0NOWHERE", NOW) == GONE


def test_a_name_is_shown_without_anything_that_it_smuggles() -> None:
    assert shown_name("a\u202egpj.exe") == "agpj.exe"
    assert shown_name("<!channel> *x*\n[m1].pdf") == "!channel x m1 .pdf"
    assert shown_name("https://evil.example|plan.pdf") == "https evil.example plan.pdf"
    assert shown_label("a.md", "section “<https://evil.example|x>”") == "a.md, section “ https evil.example x ”"
    assert shown_name("") == "no name"


@given(st.text(max_size=300))
def test_a_shown_name_is_one_short_line(name: str) -> None:
    shown = shown_name(name)
    assert shown
    assert len(shown) <= 60
    assert visible(shown) == shown
    assert not set(shown) & set("<>|`*~[]\n@")
