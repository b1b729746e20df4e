"""The sandbox speaks the protocol strictly: tried with bare HTTP, and with a client that is not ours."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from govpost.gateways.identity.people import LIN, PEOPLE, QIAN
from govpost.gateways.identity.sandbox_grants import s256
from govpost.gateways.identity.testing import CLIENT_ID, CLIENT_SECRET, OTHER_CLIENT_ID, RETURN, Province, choose, province

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # RFC 7636, appendix B
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
BASIC = httpx.BasicAuth(CLIENT_ID, CLIENT_SECRET)


class Clock:
    def __init__(self) -> None:
        self.now = 1_795_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> Iterator[Province]:
    with province(tmp_path_factory.mktemp("identity"), clock=clock) as sandbox:
        yield sandbox


@pytest.fixture
def anhui(running: Province) -> Province:
    running.misbehave(None)
    return running


def query(**over: str) -> dict[str, str]:
    asked = {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": RETURN,
        "scope": "openid profile",
        "state": "s-1",
        "nonce": "n-1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return {name: value for name, value in (asked | over).items() if value}


def get(anhui: Province, path: str, **params: str) -> httpx.Response:
    return httpx.get(f"{anhui.url}{path}", params=params, trust_env=False)


def code_for(anhui: Province, subject: str = LIN.subject, **over: str) -> str:
    address = httpx.URL(f"{anhui.url}/authorize", params=query(**over))
    return choose(str(address), subject)["code"]


def redeem(anhui: Province, code: str, auth: Any = BASIC, **over: str) -> httpx.Response:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": RETURN, "code_verifier": VERIFIER}
    return httpx.post(f"{anhui.url}/token", data=form | over, auth=auth, trust_env=False)


def test_the_digest_is_that_of_rfc_7636() -> None:
    assert s256(VERIFIER) == CHALLENGE


def test_a_code_gives_a_signed_token_about_this_person_and_this_sign_in(anhui: Province, clock: Clock) -> None:
    answer = redeem(anhui, code_for(anhui, QIAN.subject))
    assert answer.headers["cache-control"] == "no-store"
    keys = KeySet.import_key_set(get(anhui, "/jwks.json").json())
    claims = jwt.decode(answer.json()["id_token"], keys, ["RS256"]).claims
    expected = {"iss": anhui.url, "aud": CLIENT_ID, "sub": QIAN.subject, "nonce": "n-1", "iat": int(clock.now)}
    assert claims | expected == claims
    bearer = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    assert httpx.get(f"{anhui.url}/userinfo", headers=bearer, trust_env=False).json() == QIAN.userinfo()


def test_a_client_of_another_make_signs_in(anhui: Province) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # authlib's httpx client asks for httpx2, which is not ours to choose here
        from authlib.integrations.httpx_client import OAuth2Client
    found = get(anhui, "/.well-known/openid-configuration").json()
    with OAuth2Client(
        CLIENT_ID,
        CLIENT_SECRET,
        scope="openid profile phone",
        redirect_uri=RETURN,
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_post",
        trust_env=False,
    ) as client:
        url, state = client.create_authorization_url(found["authorization_endpoint"], code_verifier=VERIFIER, nonce="n-2")
        returned = httpx.URL(RETURN, params=choose(url, LIN.subject))
        token = client.fetch_token(found["token_endpoint"], authorization_response=str(returned), state=state, code_verifier=VERIFIER)
        assert client.get(found["userinfo_endpoint"]).json() == LIN.userinfo()
    keys = KeySet.import_key_set(get(anhui, "/jwks.json").json())
    assert jwt.decode(token["id_token"], keys, ["RS256"]).claims["nonce"] == "n-2"


def test_the_secret_is_taken_from_the_form_too(anhui: Province) -> None:
    answer = redeem(anhui, code_for(anhui), auth=None, client_id=CLIENT_ID, client_secret=CLIENT_SECRET)
    assert answer.status_code == 200


@pytest.mark.parametrize("auth", [None, httpx.BasicAuth(CLIENT_ID, "wrong"), httpx.BasicAuth("nobody", CLIENT_SECRET)])
def test_a_client_must_prove_itself(anhui: Province, auth: httpx.BasicAuth | None) -> None:
    answer = redeem(anhui, code_for(anhui), auth=auth)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert answer.headers["www-authenticate"].startswith("Basic ")


@pytest.mark.parametrize(
    "over",
    [
        {"code": "unknown"},
        {"redirect_uri": "http://127.0.0.1:8000/elsewhere"},
        {"redirect_uri": ""},
        {"code_verifier": ""},
        {"code_verifier": VERIFIER[:-1] + "K"},
        {"code_verifier": CHALLENGE[:42]},
        {"code_verifier": "字" * 43},
    ],
)
def test_a_code_is_bound_to_its_return_address_and_its_verifier_and_a_miss_spends_it(anhui: Province, over: dict[str, str]) -> None:
    code = code_for(anhui)
    answer = redeem(anhui, over.get("code", code), **{name: value for name, value in over.items() if name != "code"})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    assert redeem(anhui, code).status_code == (200 if "code" in over else 400)


def test_a_code_is_worth_nothing_to_another_client_and_stays_good_for_its_own(anhui: Province) -> None:
    code = code_for(anhui)
    assert redeem(anhui, code, auth=httpx.BasicAuth(OTHER_CLIENT_ID, CLIENT_SECRET)).json()["error"] == "invalid_grant"
    assert redeem(anhui, code).status_code == 200


def test_a_code_lives_for_a_minute(anhui: Province, clock: Clock) -> None:
    in_time, late = code_for(anhui), code_for(anhui)
    clock.now += 59
    assert redeem(anhui, in_time).status_code == 200
    clock.now += 1
    assert redeem(anhui, late).json()["error_description"] == "The code has expired."


def test_a_code_used_twice_takes_back_what_it_gave(anhui: Province) -> None:
    code = code_for(anhui)
    bearer = {"Authorization": f"Bearer {redeem(anhui, code).json()['access_token']}"}
    assert httpx.get(f"{anhui.url}/userinfo", headers=bearer, trust_env=False).status_code == 200
    assert redeem(anhui, code).json()["error"] == "invalid_grant"
    assert httpx.get(f"{anhui.url}/userinfo", headers=bearer, trust_env=False).status_code == 401


def test_a_token_lives_for_five_minutes(anhui: Province, clock: Clock) -> None:
    bearer = {"Authorization": f"Bearer {redeem(anhui, code_for(anhui)).json()['access_token']}"}
    clock.now += 300
    answer = httpx.get(f"{anhui.url}/userinfo", headers=bearer, trust_env=False)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")


@pytest.mark.parametrize(
    ("over", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": ""}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
    ],
)
def test_a_bad_request_of_a_known_client_goes_back_to_it(anhui: Province, over: dict[str, str], error: str) -> None:
    answer = get(anhui, "/authorize", **query(**over))
    assert answer.status_code == 303
    returned = dict(parse_qsl(urlsplit(answer.headers["location"]).query))
    assert (returned["error"], returned["state"], returned["iss"]) == (error, "s-1", anhui.url)


@pytest.mark.parametrize(
    "over",
    [
        {"client_id": "nobody"},
        {"redirect_uri": ""},
        {"redirect_uri": "http://127.0.0.1:8000.evil.example/"},
        {"redirect_uri": "http://127.0.0.1:8001/sign-in/return"},
        {"redirect_uri": "https://127.0.0.1:8000/sign-in/return"},
        {"redirect_uri": "http://127.0.0.1:8000@evil.example/"},
        {"redirect_uri": f"{RETURN}#fragment"},
        {"redirect_uri": "http://[broken"},
    ],
)
def test_nobody_is_sent_to_an_address_that_is_not_registered(anhui: Province, over: dict[str, str]) -> None:
    answer = get(anhui, "/authorize", **query(**over))
    assert answer.status_code == 400
    assert "location" not in answer.headers
    assert "没有登记" in answer.text


def test_a_registered_folder_does_not_cover_its_neighbours(tmp_path: Path) -> None:
    with province(tmp_path, returns=["http://127.0.0.1:8000/a/"]) as sandbox:
        for path, status in {"/a/b": 200, "/a": 200, "/ab": 400, "/a/../b": 400}.items():
            answer = get(sandbox, "/authorize", **query(redirect_uri=f"http://127.0.0.1:8000{path}"))
            assert (path, answer.status_code) == (path, status)


def test_the_page_shows_everybody_masked_in_both_languages_without_script(anhui: Province) -> None:
    answer = get(anhui, "/authorize", **query())
    page = answer.text
    for account in PEOPLE:
        assert account.name in page
        assert account.number not in page
    assert "沙箱 示例" in page
    assert 'lang="en"' in page
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", page)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert policy.endswith("form-action 'self' http://127.0.0.1:8000")
    assert get(anhui, "/style.css").headers["content-type"].startswith("text/css")


def test_an_account_that_does_not_exist_gets_no_code(anhui: Province) -> None:
    address = httpx.URL(f"{anhui.url}/authorize", params=query())
    answer = httpx.post(address, data={"subject": "<b>nobody</b>"}, trust_env=False)
    assert answer.status_code == 400
    assert "<b>" not in answer.text


def test_signing_out_sends_nobody_to_an_address_that_is_not_registered(anhui: Province) -> None:
    answer = get(anhui, "/logout", client_id=CLIENT_ID, post_logout_redirect_uri="https://evil.example/")
    assert answer.status_code == 200
    assert "您已退出登录" in answer.text


@pytest.mark.parametrize("body", [b'{"fault": "no such fault"}', b"[]", b"{}", b"7", b'{"fault": "timeout", "times": "x"}'])
def test_an_order_to_misbehave_that_is_not_understood_is_refused(anhui: Province, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = httpx.post(f"{anhui.url}/control", content=body, headers=headers, trust_env=False)
    assert (answer.status_code, answer.json()["error"]) == (400, "unknown_fault")


def test_a_form_of_a_foreign_page_cannot_make_it_misbehave(anhui: Province) -> None:
    answer = httpx.post(f"{anhui.url}/control", data={"fault": "timeout"}, trust_env=False)
    assert answer.status_code == 415


def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    with province(tmp_path) as first:
        before = get(first, "/jwks.json").json()
    with province(tmp_path) as second:
        assert get(second, "/jwks.json").json() == before
    [key_file] = tmp_path.iterdir()
    assert key_file.stat().st_mode & 0o777 == 0o600
    assert "d" not in before["keys"][0]
