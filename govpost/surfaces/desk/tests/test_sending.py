"""A department's own mail: one notice on the month account, a file of identity cards, the same file again."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from govpost.catalogue.testing import load_catalogue
from govpost.delivery.models import Order
from govpost.parties.roles import Role
from govpost.parties.testing import load_organisations, make_staff
from govpost.places.testing import AT, LOADER
from govpost.profiles.testing import load_profiles
from govpost.settlement import actions as settlement

pytestmark = pytest.mark.django_db
NOTICE, CARD = "000295001000", "000793001000"


@pytest.fixture(autouse=True)
def province() -> None:
    load_organisations()
    load_profiles()
    load_catalogue()
    settlement.load_terms(at=AT, by=LOADER)


def signed_in(organisation: str, region: str) -> Client:
    client = Client()
    staff = make_staff(Role.SENDER, organisation=organisation, region=region)
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    return client


FORM = {
    "key": "018f0000-0000-7000-8000-00000000000a", "item": NOTICE, "ref": "济执〔2026〕1号", "name": "林示例",
    "phone": "15400000001", "county": "370811", "street": "示例街道 2 号", "pays": "on",
}  # fmt: skip


def test_a_notice_goes_on_the_departments_month_account() -> None:
    bureau = signed_in("jining-enforcement", "37.3708")
    assert bureau.get("/desk/send").status_code == 200
    assert bureau.post("/desk/send", FORM | {"phone": "1"}).status_code == 422
    assert bureau.post("/desk/send", FORM).status_code == 302
    assert bureau.post("/desk/send", FORM).status_code == 302
    order = Order.objects.get()
    assert (order.payer, order.door, order.direction) == ("department", "carrier", "single")
    assert order.number in bureau.get("/desk/sent").content.decode()


def test_a_file_of_cards_becomes_orders_and_the_same_file_changes_nothing() -> None:
    centre = signed_in("jining-id-centre", "37.3708")
    text = (
        "受理号,姓名,手机号,地址,证件编号\n"
        "SL-1,林示例,15400000001,山东省济宁市任城区示例街道 2 号,ID-1\n"
        "SL-2,钱示例,1,山东省济宁市曲阜市示例街道 3 号,ID-2\n"
        "SL-3,孙示例,15400000003,山东省济宁市曲阜市示例街道 3 号,ID-3\n"
    )

    def upload() -> str:
        file = SimpleUploadedFile("cards.csv", text.encode("gb18030"), "text/csv")
        response = centre.post("/desk/send/file", {"item": CARD, "file": file})
        assert response.status_code == 200
        return response.content.decode()

    first = upload()
    assert Order.objects.count() == 2
    assert {o.payer for o in Order.objects.all()} == {"recipient"}
    assert ">3<" in first.replace(" ", "")
    upload()
    assert Order.objects.count() == 2
    bad = centre.post("/desk/send/file", {"item": CARD, "file": SimpleUploadedFile("x.csv", b"a,b\n1,2\n", "text/csv")})
    assert bad.status_code == 422
    listed = centre.get("/desk/sent?format=csv")
    assert b"SL-3" in b"".join(listed)


def test_another_department_sees_nothing_of_it() -> None:
    signed_in("jining-enforcement", "37.3708").post("/desk/send", FORM)
    other = signed_in("jining-id-centre", "37.3708")
    assert Order.objects.get().number not in other.get("/desk/sent").content.decode()
    assert other.get(f"/desk/orders/{Order.objects.get().number}").status_code == 404
