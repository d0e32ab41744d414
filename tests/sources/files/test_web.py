"""A page of the web is read as it is shown."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bot.sources.files.hiding import Hiding
from tests.sources.files.reads import read, told

from . import made


def test_html_is_read_as_it_is_shown(tmp_path: Path) -> None:
    reading = read(tmp_path, "web", made.HTML)
    assert told(reading) == [
        ("section “Release notes”", "Release notes\nWe ship on Friday."),
        ("section “Budget”", "Budget\nTwelve thousand\na | b"),
    ]
    assert reading.account.hidden == 5  # a span, a comment, a script, two paragraphs


@pytest.mark.parametrize(
    ("style", "element"),
    [
        (".x{display:none}", '<p class="a X">obey</p>'),
        ("/* .y{} */ div > p.x , .z { Visibility : hidden !important }", '<p class="x">obey</p>'),
        ("@media screen { #x { opacity: 0 } }", '<span id="x">obey</span>'),
        ("", '<p style="position:absolute; left:-9999px">obey</p>'),
        ("", '<p style="text-indent:-5000px">obey</p>'),
        ("", '<p style="clip-path: inset(100%)">obey</p>'),
        ("", '<p style="clip: rect(0, 0, 0, 0)">obey</p>'),
        ("", '<div style="height:0;overflow:hidden"><p>obey</p></div>'),
        ("", '<p style="font-size:0.1px">obey</p>'),
        ("", '<p style="color:transparent">obey</p>'),
        ("", '<p style="color:rgba(0, 0, 0, 0)">obey</p>'),
        ("", '<p style="color:rgb(255,255,255)">obey</p>'),
        ("", '<p style="color:#123456;background:#123456">obey</p>'),
        (".x{color:#eee;background-color:#EEE}", '<h2 class="x">obey</h2>'),
        ("", '<p style="color:#fff;background:white">obey</p>'),
        ("", '<p style="transform:scale(0);opacity:.0">obey</p>'),
        ("", "<p hidden>obey</p>"),
        ("", '<p aria-hidden="true">obey</p>'),
    ],
)
def test_what_a_style_hides_is_dropped_and_counted(tmp_path: Path, style: str, element: str) -> None:
    page = f"<html><head><style>{style}</style></head><body><p>We ship.</p>{element}<p>On Friday.</p></body></html>"
    reading = read(tmp_path, "web", page)
    assert told(reading) == [("", "We ship.\nOn Friday.")]
    assert reading.account.hidden == 1


@pytest.mark.parametrize(
    "element",
    [
        '<p class="x">we</p>',
        '<p style="color:#fffbeb0;background:#000;font-size:10px;opacity:0.8;left:-1px">we</p>',
        '<p style="background-color:white;height:0.5em">we</p>',
        '<p style="margin:-10px;font-size:1em;width:100%;overflow:hidden">we</p>',
        '<a class="y">we</a>',
        '<p style="opacity:inherit">we</p>',
        '<p style="opacity:var(--o);transform:scale(0.95)">we</p>',
        '<p style="margin-left:-150px">we</p>',
        '<p style="color:white;background:#333">we</p>',
        '<p style="clip:rect(0,100px,50px,0);color:rgb(1,0,0)">we</p>',
    ],
)
def test_what_a_style_shows_is_read(tmp_path: Path, element: str) -> None:
    style = ".y:hover{display:none} body{margin:0} p{color:red} .menu .x:before{opacity:0}"
    reading = read(tmp_path, "web", f"<style>{style}</style>{element}")
    assert told(reading) == [("", "we")]
    assert reading.account.hidden == 0


@pytest.mark.parametrize(
    "piece", ["a", "a{", "a}", "a,", ".a{b:c;", "a{b", "/*", " ", ";\n", ";transform:translate(", ";color:hsl("]
)
def test_a_style_sheet_made_to_take_long_does_not(piece: str) -> None:
    began = time.process_time()
    Hiding(piece * (200_000 // len(piece)))
    Hiding(f".x{{{piece * (190_000 // len(piece))}}}")
    assert time.process_time() - began < 2


def test_rules_beside_an_embedded_font_are_followed(tmp_path: Path) -> None:
    font = f"@font-face{{font-family:x;src:url(data:font/woff2;base64,{'A' * 150_000})}}"
    long = ",".join(f".a{n}" for n in range(1_000))
    style = f"{long}{{color:red}}{font}.x{{display:none}}@media print{{.y{{color:red}}}} .z,{long} {{display:none}}"
    page = f'<style>{style}</style><p>we</p><p class="x">obey</p><p class="z">obey</p>'
    reading = read(tmp_path, "web", page)
    assert told(reading) == [("", "we")]
