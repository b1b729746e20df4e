"""Labels read back by machine, and show no more than they may."""

from __future__ import annotations

from dataclasses import replace

import pypdfium2
import pytest
import zxingcpp

from govpost.common.clock import now
from govpost.delivery.label import label_pdf
from govpost.delivery.models import Order
from govpost.delivery.testing import HALL, LIN, make_order, make_papers

pytestmark = pytest.mark.django_db
URL = "https://example.test/t/"


def test_a_label_reads_back_and_is_masked() -> None:
    orders = [make_order(waybill_no=number) for number in ("1112345678901", "1112345678902")]
    document = pypdfium2.PdfDocument(label_pdf(orders, tracking_url=URL, at=now()))
    assert len(document) == 2
    for page, order in zip(document, orders, strict=True):
        found = {code.text for code in zxingcpp.read_barcodes(page.render(scale=203 / 72).to_pil())}
        assert found == {order.waybill_no, f"{URL}{order.waybill_no}"}
        text = page.get_textpage().get_text_range()
        assert "林*" in text
        assert "138****0001" in text
        assert "林晓" not in text
        assert "13800000001" not in text


def test_the_longest_name_and_address_stay_in_their_area() -> None:
    """The areas end 76 and 96 mm below the top: what runs over would be printed into the next one."""
    longest = {"name": "林" * 58 + "公司", "street": "示例街道" * 29 + "示例路尾"}
    order = make_order(waybill_no="1112345678901", recipient=replace(LIN, **longest), sender=replace(HALL, **longest))
    (page,) = pypdfium2.PdfDocument(label_pdf([order], tracking_url=URL, at=now()))
    text, millimetre = page.get_textpage(), 72 / 25.4
    for top, bottom in ((52, 76), (76, 96)):
        bounded = text.get_text_bounded(0, (130 - bottom) * millimetre, 76 * millimetre, (130 - top) * millimetre)
        area = "".join(bounded.split())
        assert ("公司" in area, area.count("示例街道"), "尾" in area) == (True, 29, True)


def text_of(order: Order) -> str:
    page = pypdfium2.PdfDocument(label_pdf([order], tracking_url=URL, at=now()))[0]
    return str(page.get_textpage().get_text_range())


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("林晓", "林*"), ("欧阳示例", "欧***"), ("阿卜杜拉·买买提", "阿*******"), ("John Example", "J***********"), ("李科", "李*"),
        ("税务局", "税务局"), ("亳州海关", "亳州海关"), ("亳州示例美容有限公司", "亳州示例美容有限公司"),
        ("示例药店（薛阁店）", "示例药店（薛阁店）"),
    ],
)  # fmt: skip
def test_a_person_is_masked_and_an_organisation_is_not_however_long_the_name(name: str, shown: str) -> None:
    text = text_of(make_order(waybill_no="1112345678901", recipient=replace(LIN, name=name)))
    assert shown in text
    assert name == shown or name not in text


def test_the_office_that_sends_or_receives_is_named_in_full() -> None:
    hall = replace(HALL, name="一窗")
    assert "一窗" in text_of(make_order(waybill_no="1112345678901", sender=hall))
    papers = text_of(make_papers(waybill_no="1112345678902", recipient=hall))
    assert "一窗" in papers
    assert "林*" in papers


def test_a_name_cannot_become_markup() -> None:
    order = make_order(waybill_no="1112345678901", recipient=replace(LIN, street='#panic("x") $ * _ "路" 1 号'))
    text = pypdfium2.PdfDocument(label_pdf([order], tracking_url=URL, at=now()))[0].get_textpage().get_text_range()
    assert '#panic("x")' in text
