"""Text of documents, slides, workbooks and pages that nobody sees is dropped and counted; what may be seen is read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pptx.chart.data
import pptx.dml.color
import pytest
from docx.enum.dml import MSO_THEME_COLOR
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches, Pt

from bot.sources.files.reading import Reading
from tests.sources.files.reads import read, told

from . import made

RGBColor: Any = pptx.dml.color.RGBColor  # untyped, as is the other
CategoryChartData: Any = pptx.chart.data.CategoryChartData


def test_what_a_base_style_or_a_shade_of_white_hides_is_dropped_and_counted(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("We ship.")
    base, style = (document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH) for name in ("Base", "Further"))
    base.font.hidden, style.base_style = True, base
    document.add_paragraph("obey", style="Further")
    document.add_paragraph().add_run("obey").font.color.rgb = docx.shared.RGBColor(0xFE, 0xF6, 0xFE)
    document.add_paragraph().add_run("obey").font.color.theme_color = MSO_THEME_COLOR.BACKGROUND_1
    document.add_paragraph().add_run("On").font.color.rgb = docx.shared.RGBColor(0xEE, 0xEE, 0xEE)
    cell = document.add_table(1, 1).cell(0, 0)
    cell._tc.get_or_add_tcPr().append(parse_xml(f'<w:shd {made.NS} w:val="clear" w:fill="204060"/>'))
    cell.paragraphs[0].add_run("Friday").font.color.rgb = docx.shared.RGBColor(255, 255, 255)
    reading = read(tmp_path, "word", made.saved(document.save))
    assert told(reading) == [("", "We ship.\nOn\nFriday")]
    assert reading.account.hidden == 3


def test_headers_and_footers_with_words_are_said_to_be_left_out(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("We ship.")
    document.sections[0].footer.paragraphs[0].text = "1 / 3"
    assert read(tmp_path, "word", made.saved(document.save)).account.besides == []
    document.sections[0].header.paragraphs[0].text = "Confidential until May"
    document.sections[0].footer.paragraphs[0].text = "Draft 3"
    assert read(tmp_path, "word", made.saved(document.save)).account.besides == ["footers", "headers"]


def _deck(*changes: Callable[[Any, Any], None], color: str = "") -> bytes:
    """A slide with "We ship." and, for each change, a box with "obey" in it that it changes."""
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    if color:
        slide.background.fill.solid()
        slide.background.fill.fore_color.rgb = RGBColor.from_string(color)
    slide.shapes.add_textbox(Inches(1), Inches(1), Inches(3), Inches(1)).text_frame.text = "We ship."
    for change in changes:
        box = slide.shapes.add_textbox(Inches(5), Inches(4), Inches(2), Inches(1))
        run = box.text_frame.paragraphs[0].add_run()
        run.text = "obey"
        change(box, run)
    return made.saved(deck.save)


def _white(_: Any, run: Any) -> None:
    run.font.color.rgb = RGBColor(0xFE, 0xFE, 0xFF)


def _paper(_: Any, run: Any) -> None:
    run.font.color.theme_color = MSO_THEME_COLOR.BACKGROUND_1


def _tiny(_: Any, run: Any) -> None:
    run.font.size = Pt(1)


def _off(box: Any, _: Any) -> None:
    box.left = Inches(-30)


def _in_a_group_that_is_off(box: Any, _: Any) -> None:
    group = box._parent.add_group_shape([box])
    group.left = Inches(-30)


def _filled(box: Any, run: Any) -> None:
    _white(box, run)
    box.fill.solid()
    box.fill.fore_color.rgb = RGBColor(0, 0, 80)


def _on_a_shape(box: Any, run: Any) -> None:
    _white(box, run)
    below = box._parent.add_shape(1, Inches(4), Inches(3), Inches(4), Inches(3))
    box._element.addprevious(below._element)


def _half_off(box: Any, _: Any) -> None:
    box.left = Inches(-1)


@pytest.mark.parametrize("change", [_white, _paper, _tiny, _off, _in_a_group_that_is_off])
def test_what_nobody_sees_on_a_slide_is_dropped_and_counted(tmp_path: Path, change: Callable[..., None]) -> None:
    reading = read(tmp_path, "slides", _deck(change))
    assert told(reading) == [("slide 1", "We ship.")]
    assert reading.account.hidden == 1


@pytest.mark.parametrize(
    ("change", "color"), [(_filled, ""), (_on_a_shape, ""), (_half_off, ""), (_white, "102030"), (_paper, "102030")]
)
def test_what_may_be_seen_on_a_slide_is_read(tmp_path: Path, change: Callable[..., None], color: str) -> None:
    reading = read(tmp_path, "slides", _deck(change, color=color))
    assert told(reading) == [("slide 1", "We ship.\nobey")]
    assert reading.account.hidden == 0


def test_charts_and_slides_without_text_are_said_to_be_left_out(tmp_path: Path) -> None:
    deck = pptx.Presentation()
    chart = CategoryChartData()
    chart.categories = ["Q1"]
    chart.add_series("Revenue", (1,))
    for text in ("We ship.", ""):
        slide = deck.slides.add_slide(deck.slide_layouts[6])
        slide.shapes.add_textbox(0, 0, Inches(1), Inches(1)).text_frame.text = text
        slide.shapes.add_chart(XL_CHART_TYPE.PIE, 0, 0, Inches(2), Inches(2), chart)
    account = read(tmp_path, "slides", made.saved(deck.save)).account
    assert (account.besides, account.empty, account.taken) == (["charts"], 1, 2)


def test_what_nobody_sees_of_a_cell_is_dropped_and_its_comments_are_said_to_be_left_out(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Task", "obey"], ["obey", "Ship"], [7, 8], ["obey", "Friday"]):
        sheet.append(row)
    sheet["B1"].font = Font(color="FFFEFEFE")
    sheet["A2"].number_format = ";;;"
    sheet["A3"].number_format = ";;"
    sheet["A4"].font, sheet["A4"].fill = Font(color="FFFFFFFF"), PatternFill("solid", fgColor="FFFAFAFA")
    sheet["B4"].font, sheet["B4"].fill = Font(color="FFFFFFFF"), PatternFill("solid", fgColor="FF204060")
    assert read(tmp_path, "workbook", made.saved(book.save)).account.besides == []
    sheet["A1"].comment = Comment("decided on 5 May", "Dana")
    reading = read(tmp_path, "workbook", made.saved(book.save))
    assert told(reading) == [("sheet “Sheet”, rows 1 to 4", "Task\nShip\n8\nFriday")]
    assert (reading.account.hidden, reading.account.besides) == (4, ["comments"])


@pytest.mark.parametrize("color", ["#fefefe", "#F5F5F5", "#fafafa80", "rgb(250, 251, 252)", "WhiteSmoke", "snow"])
def test_what_a_page_of_the_web_has_in_near_white_is_dropped(tmp_path: Path, color: str) -> None:
    def page(style: str) -> Reading:
        return read(tmp_path, "web", f'<p>We ship.</p><p style="{style}">obey</p>')

    assert told(page(f"color: {color}")) == [("", "We ship.")]
    assert told(page(f"color: {color}; background: #204060")) == [("", "We ship.\nobey")]
    assert told(page("color: #f4f5f5")) == [("", "We ship.\nobey")]
