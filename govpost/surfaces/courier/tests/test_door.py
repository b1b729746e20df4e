"""The courier's pages at the door: the round, the forms with everything that can go wrong, and nothing of somebody else's stop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from govpost.common.actor import Actor
from govpost.common.clock import now
from govpost.common.ids import uuid7
from govpost.delivery.actions.facts import payload_of
from govpost.delivery.models import Handover, Order, Scan
from govpost.delivery.queries import check_code_of, pickup_code_of
from govpost.delivery.rules import ItemRule, Place
from govpost.delivery.testing import make_order, make_papers
from govpost.dispatch import actions
from govpost.dispatch.models import Task
from govpost.dispatch.rules import REASONS, Kind
from govpost.dispatch.testing import SYSTEM
from govpost.parties import queries as parties
from govpost.parties.testing import load_organisations, make_wang, make_zhao
from govpost.profiles.testing import load_profiles

pytestmark = pytest.mark.django_db
OUTLET = "SL341602D1"
STRICT = ItemRule(signers=("addressee", "agent"), needs_code=True)
LANGUAGES = ["zh-hans", "en"]


def browser(actor: Actor, language: str = "zh-hans") -> Client:
    assert actor.id is not None
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    client.force_login(parties.staff_member(actor.id), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def zhao(db: None) -> Actor:
    """Zhao 赵, the courier of Qiaocheng's delivery office."""
    load_organisations()
    load_profiles()
    return make_zhao()


def follow(order: Order) -> Task:
    order.refresh_from_db()
    actions.follow_orders([payload_of(order, before="", known_at=now(), source="ours")], by=SYSTEM)
    return Task.objects.filter(order_id=order.id).order_by("-sent_at", "-id")[0]


def collection(by: Actor, **over: Any) -> Task:
    """Two papers at Lin's door, taken by Zhao."""
    task = follow(make_papers(origin=Place("341602", OUTLET), **over))
    return actions.take(task_id=task.id, at=now(), by=by)


def delivery(by: Actor, **over: Any) -> Task:
    """A result at the delivery office, taken by Zhao."""
    here: dict[str, Any] = {"origin": Place("341602", OUTLET), "destination": Place("341602", OUTLET), "rule": STRICT}
    order = make_order(**(here | over))
    Order.objects.filter(id=order.id).update(state="at_delivery_office")
    return actions.take(task_id=follow(order).id, at=now(), by=by)


def at(name: str, task: Task) -> str:
    return reverse(f"courier:{name}", args=[task.id])


def order_of(task: Task) -> Order:
    return Order.objects.get(id=task.order_id)


def collected(task: Task, **over: Any) -> dict[str, Any]:
    """A complete form of the door."""
    values = {
        "request_id": str(uuid7()), "real_name_checked": "on", "inspected": "on", "paper-a": "yes", "paper-b": "no",
        "check_code": check_code_of(task.order_id),
    }  # fmt: skip
    return {name: value for name, value in (values | over).items() if value is not None}


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


# -- what is shown ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", ("今日揽投", "已到门口，开始收取")), ("en", ("Today", "I am at the door: collect"))]
)
def test_the_round_and_a_stop_are_made_for_a_phone_in_both_languages(zhao: Actor, language: str, words: tuple[str, str]) -> None:
    client, task = browser(zhao, language), collection(zhao)
    round_ = page(client, reverse("courier:round"))
    stop = page(client, at("stop", task))
    for text in (round_, stop):
        assert 'name="viewport" content="width=device-width, initial-scale=1' in text
        assert f'lang="{"zh-Hans" if language == "zh-hans" else "en"}"' in text
        assert 'class="bottom-bar' in text
    assert words[0] in round_
    assert task.number in round_
    assert words[1] in stop


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("make", [collection, delivery])
@pytest.mark.parametrize("name", ["finish", "fail"])
def test_every_form_renders_in_both_languages(zhao: Actor, make: Callable[[Actor], Task], name: str, language: str) -> None:
    text = page(browser(zhao, language), at(name, make(zhao)))
    form = text.split('<form class="form"', 1)[1].split("</form>", 1)[0].replace("材料", "")
    assert any("一" <= letter <= "鿿" for letter in form) is (language == "zh-hans")


def test_somebody_elses_stop_looks_like_none(zhao: Actor) -> None:
    task = collection(zhao)
    far = browser(make_zhao(organisation="jining-post", region="37.3708", outlet="SL370800S1"))
    for name in ("stop", "finish", "fail"):
        page(far, at(name, task), 404)
    for name in ("take", "give_back", "go_out", "finish", "fail"):
        assert far.post(at(name, task), {"request_id": str(uuid7())}).status_code == 404, name
    assert browser(make_wang()).get(at("stop", task)).status_code == 403
    assert Client().get(at("stop", task)).status_code == 302


def test_a_colleague_sees_the_stop_masked_and_does_nothing_with_it(zhao: Actor) -> None:
    task, colleague = collection(zhao), browser(make_zhao())
    text = page(colleague, at("stop", task))
    assert "13800000001" not in text
    assert "13800000001" in page(browser(zhao), at("stop", task))
    refused = colleague.post(at("finish", task), collected(task))
    assert refused.status_code == 422
    assert order_of(task).state == "pickup_assigned"


# -- collecting ------------------------------------------------------------------------


def test_papers_are_collected_and_counted_once(zhao: Actor) -> None:
    client, task = browser(zhao), collection(zhao)
    form = collected(task)
    for _ in range(2):
        assert client.post(at("finish", task), form).headers["Location"] == reverse("courier:round")
    assert order_of(task).state == "collected"
    assert Handover.objects.filter(order_id=task.order_id, verb="collect").count() == 1
    assert dict(order_of(task).checks.values_list("opaque_id", "seen")) == {"a": True, "b": False}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"real_name_checked": None}, "real_name_checked"), ({"inspected": None}, "inspected"), ({"paper-b": None}, "paper-b"),
        ({"check_code": ""}, "check_code"), ({"check_code": "12345"}, "check_code"), ({"check_code": "wrong"}, "check_code"),
    ],
)  # fmt: skip
def test_an_incomplete_collection_is_said_at_its_field(zhao: Actor, over: dict[str, Any], field: str, language: str) -> None:
    task = collection(zhao)
    answer = browser(zhao, language).post(at("finish", task), collected(task, **over))
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {field})
    assert order_of(task).state == "pickup_assigned"


def test_a_wrong_check_code_is_refused_and_counted(zhao: Actor) -> None:
    task = collection(zhao)
    wrong = f"{(int(check_code_of(task.order_id)) + 1) % 1000000:06}"
    answer = browser(zhao, "en").post(at("finish", task), collected(task, check_code=wrong))
    assert answer.status_code == 422
    assert "The code is not right." in answer.content.decode()
    assert (order_of(task).state, order_of(task).code_tries) == ("pickup_assigned", 1)


# -- delivering ------------------------------------------------------------------------


def test_a_result_goes_out_and_is_handed_over_against_its_code(zhao: Actor) -> None:
    client, task = browser(zhao), delivery(zhao)
    assert client.post(at("go_out", task)).headers["Location"] == at("stop", task)
    form = {"request_id": str(uuid7()), "signer": "addressee", "code": pickup_code_of(task.order_id)}
    assert client.post(at("finish", task), form).headers["Location"] == reverse("courier:round")
    assert (order_of(task).state, order_of(task).signer) == ("delivered", "addressee")


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"code": ""}, "code"),
        ({"code": "12"}, "code"),
        ({"code": "wrong"}, "code"),
        ({"signer": ""}, "signer"),
        ({"signer": "family"}, "signer"),
    ],
)
def test_without_code_or_allowed_signer_nothing_is_handed_over(zhao: Actor, over: dict[str, str], field: str) -> None:
    task = delivery(zhao)
    form = {"request_id": str(uuid7()), "signer": "addressee", "code": pickup_code_of(task.order_id)}
    answer = browser(zhao).post(at("finish", task), form | over)
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {field})
    assert order_of(task).state == "at_delivery_office"


def test_a_wrong_pick_up_code_is_refused_and_after_too_many_the_item_is_locked(zhao: Actor) -> None:
    client, task = browser(zhao, "en"), delivery(zhao)
    wrong = f"{(int(pickup_code_of(task.order_id)) + 1) % 1000000:06}"
    form = {"signer": "addressee", "code": wrong}
    for _ in range(6):
        answer = client.post(at("finish", task), form | {"request_id": str(uuid7())})
        assert "The code is not right." in answer.content.decode()
    right = form | {"request_id": str(uuid7()), "code": pickup_code_of(task.order_id)}
    assert "Too many wrong codes" in client.post(at("finish", task), right).content.decode()
    assert order_of(task).state == "at_delivery_office"


def test_an_item_that_asks_for_no_code_shows_no_field_for_one(zhao: Actor) -> None:
    client, task = browser(zhao), delivery(zhao, rule=ItemRule())
    assert 'name="code"' not in page(client, at("finish", task))
    client.post(at("finish", task), {"request_id": str(uuid7()), "signer": "other"})
    assert order_of(task).state == "delivered"


# -- when it does not work out ------------------------------------------------------------


def failed(task: Task, reason: str, **over: str) -> dict[str, str]:
    return {"request_id": str(uuid7()), "reason": reason, "note": "门铃无应答"} | over


@pytest.mark.parametrize("reason", sorted(code for code, reason in REASONS[Kind.COLLECT].items() if not reason.ends and not reason.moves))
def test_a_missed_collection_is_tried_again_tomorrow(zhao: Actor, reason: str) -> None:
    task = collection(zhao)
    assert browser(zhao).post(at("fail", task), failed(task, reason)).headers["Location"] == reverse("courier:round")
    order = order_of(task)
    assert (order.state, order.reason, order.next_attempt_at is not None) == ("pickup_failed", reason, True)
    assert Scan.objects.get(waybill_no=order.number, code="MISS").note == "门铃无应答"


@pytest.mark.parametrize("reason", sorted(code for code, reason in REASONS[Kind.COLLECT].items() if reason.ends))
def test_a_reason_that_ends_the_collection_says_so_and_does(zhao: Actor, reason: str) -> None:
    client, task = browser(zhao, "en"), collection(zhao)
    assert "(no courier comes any more)" in page(client, at("fail", task))
    client.post(at("fail", task), failed(task, reason))
    assert (order_of(task).state, order_of(task).reason) == ("cancelled", reason)
    assert follow(order_of(task)).id == task.id


@pytest.mark.parametrize("reason", ["14", "18"])
def test_who_asks_for_another_time_chooses_day_and_hour(zhao: Actor, reason: str) -> None:
    client, task = browser(zhao, "en"), collection(zhao)
    without = client.post(at("fail", task), failed(task, reason))
    assert (without.status_code, set(without.context["form"].errors)) == (422, {"appointment"})
    assert client.post(at("fail", task), failed(task, reason, appointment="2020-01-01/2020-01-02")).status_code == 422
    key, window = list(without.context["form"].windows.items())[-1]
    assert client.post(at("fail", task), failed(task, reason, appointment=key)).status_code == 302
    order = order_of(task)
    assert (order.state, order.next_attempt_at, order.collect_moved_to) == ("pickup_failed", window.start, window.end)
    later = follow(order)
    assert (later.window_from, later.window_to) == (window.start, window.end)
    assert window.start > now() - timedelta(minutes=1)


def test_a_time_left_over_from_another_choice_moves_nothing(zhao: Actor) -> None:
    client, task = browser(zhao), collection(zhao)
    key = next(iter(client.get(at("fail", task)).context["form"].windows))
    client.post(at("fail", task), failed(task, "4", appointment=key))
    assert (order_of(task).state, order_of(task).collect_moved_to) == ("pickup_failed", None)


@pytest.mark.parametrize(
    ("reason", "state"),
    [("103", "attempt_failed"), ("105", "attempt_failed"), ("104", "refused"), ("115", "at_pickup_point"), ("108", "attempt_failed")],
)
def test_a_delivery_that_failed_goes_on_as_its_reason_says(zhao: Actor, reason: str, state: str) -> None:
    client, task = browser(zhao), delivery(zhao)
    assert 'name="appointment"' not in page(client, at("fail", task))
    assert client.post(at("fail", task), failed(task, reason)).status_code == 302
    assert (order_of(task).state, order_of(task).reason in (reason, "")) == (state, True)


@pytest.mark.parametrize("reason", ["", "103", "999"])
def test_only_a_reason_of_the_list_is_taken(zhao: Actor, reason: str) -> None:
    task = collection(zhao)
    answer = browser(zhao).post(at("fail", task), failed(task, reason))
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"reason"})
    assert order_of(task).state == "pickup_assigned"


def test_a_stop_is_taken_and_given_back(zhao: Actor) -> None:
    client, task = browser(zhao), follow(make_papers(origin=Place("341602", OUTLET)))
    assert client.post(at("take", task)).headers["Location"] == at("stop", task)
    task.refresh_from_db()
    assert (task.state, task.taken_by) == ("taken", zhao.id)
    assert client.post(at("give_back", task)).headers["Location"] == reverse("courier:round")
    task.refresh_from_db()
    assert task.state == "sent"


@pytest.mark.parametrize("path", ["/desk/cases", "/account/sessions", "/courier/nowhere"])
def test_an_error_leads_the_courier_back_to_the_round_wherever_it_happened(zhao: Actor, path: str) -> None:
    answer = browser(zhao).get(path)
    assert answer.status_code in (403, 404, 405)
    assert "返回今日揽投" in answer.content.decode()
