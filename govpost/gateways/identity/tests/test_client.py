"""The client against the sandbox over HTTP: every way in, and every way in which it must not let anybody in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pytest_django import Settings

from govpost.common.refusal import Rejected, Unavailable
from govpost.common.serving import serve
from govpost.gateways.identity.client import OidcIdentity
from govpost.gateways.identity.parse import read_claims
from govpost.gateways.identity.people import LIN, PEOPLE, RESTAURANT, SUN, Account
from govpost.gateways.identity.sandbox_signing import Fault
from govpost.gateways.identity.testing import CLIENT_ID, CLIENT_SECRET, RETURN, Province, choose, province
from govpost.parties.ports import Identity, IdentityClaims, SignIn


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Province]:
    with province(tmp_path_factory.mktemp("identity")) as sandbox:
        yield sandbox


@pytest.fixture
def anhui(running: Province) -> Province:
    running.misbehave(None)
    running.app.hits.clear()
    return running


def finish(identity: Identity, begun: SignIn, returned: dict[str, str]) -> IdentityClaims:
    return identity.finish(returned, redirect_uri=RETURN, state=begun.state, nonce=begun.nonce, code_verifier=begun.code_verifier)


def sign_in(identity: Identity, account: Account = LIN) -> IdentityClaims:
    begun = identity.begin(RETURN)
    return finish(identity, begun, choose(begun.authorize_url, account.subject))


@pytest.mark.parametrize("account", PEOPLE, ids=lambda account: account.subject)
def test_everybody_can_sign_in_and_is_who_they_are(anhui: Province, account: Account) -> None:
    assert sign_in(anhui.identity(), account) == read_claims(account.userinfo())


def test_an_enterprise_comes_with_the_person_at_the_keyboard(anhui: Province) -> None:
    claims = sign_in(anhui.identity(), RESTAURANT)
    assert (claims.kind, claims.id_number) == ("legal", RESTAURANT.uscc)
    assert (claims.acting_person_name, claims.acting_id_number) == (SUN.name, SUN.id_number)


def test_the_way_there_carries_the_digest_of_the_verifier_and_never_the_verifier(anhui: Province) -> None:
    begun = anhui.identity().begin(RETURN)
    query = {name: values[0] for name, values in parse_qs(urlsplit(begun.authorize_url).query).items()}
    assert query["response_type"] == "code"
    assert query["code_challenge_method"] == "S256"
    assert (query["state"], query["nonce"]) == (begun.state, begun.nonce)
    assert begun.code_verifier not in begun.authorize_url
    assert len(begun.code_verifier) >= 43
    again = anhui.identity().begin(RETURN)
    assert not {begun.state, begun.nonce, begun.code_verifier} & {again.state, again.nonce, again.code_verifier}


def test_whoever_declines_comes_back_refused_in_the_services_own_words(anhui: Province) -> None:
    identity = anhui.identity()
    begun = identity.begin(RETURN)
    with pytest.raises(Rejected) as refused:
        finish(identity, begun, choose(begun.authorize_url, ""))
    assert (refused.value.code, refused.value.sentence) == ("access_denied", "The person declined.")


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault.WRONG_NONCE, "id_token_nonce"),
        (Fault.MISSING_NONCE, "id_token_nonce"),
        (Fault.WRONG_AUDIENCE, "id_token_aud"),
        (Fault.WRONG_PARTY, "id_token_azp"),
        (Fault.WRONG_ISSUER, "id_token_iss"),
        (Fault.EXPIRED, "id_token_exp"),
        (Fault.FROM_THE_FUTURE, "id_token_iat"),
        (Fault.STALE, "id_token_iat"),
        (Fault.WRONG_HASH, "id_token_at_hash"),
        (Fault.BAD_SIGNATURE, "id_token_signature"),
        (Fault.UNKNOWN_KEY, "id_token_key"),
        (Fault.UNSIGNED, "id_token_alg"),
        (Fault.HMAC, "id_token_alg"),
        (Fault.OTHER_SUBJECT, "subject"),
        (Fault.REPLAYED_CODE, "invalid_grant"),
    ],
)
def test_a_service_that_lies_lets_nobody_in(anhui: Province, fault: Fault, code: str) -> None:
    anhui.misbehave(fault)
    with pytest.raises(Rejected) as refused:
        sign_in(anhui.identity())
    assert refused.value.code == code
    assert sign_in(anhui.identity()).subject == LIN.subject  # the fault was the reason, and it has passed


@pytest.mark.parametrize("where", ["token", "userinfo"])
@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.TIMEOUT, Fault.GARBAGE])
def test_a_service_that_fails_is_unavailable(anhui: Province, fault: Fault, where: str) -> None:
    anhui.misbehave(fault, where=where, seconds=0.6)
    with pytest.raises(Unavailable):
        sign_in(anhui.identity(seconds=0.3))


def test_a_service_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    with province(tmp_path) as gone:
        identity = gone.identity()
    with pytest.raises(Unavailable, match="discovery document: ConnectError"):
        identity.begin(RETURN)
    assert [problem.level for problem in identity.check()] == ["error"]


@pytest.mark.parametrize("change", [{"state": "another"}, {"state": ""}, {"state": "状态"}])
def test_the_return_of_another_session_is_refused_and_the_service_is_not_asked(anhui: Province, change: dict[str, str]) -> None:
    identity = anhui.identity()
    begun = identity.begin(RETURN)
    returned = choose(begun.authorize_url, LIN.subject)
    with pytest.raises(Rejected) as refused:
        finish(identity, begun, returned | change)
    assert refused.value.code == "state"
    assert anhui.app.hits["token"] == 0


def test_a_session_that_lost_its_values_is_refused(anhui: Province) -> None:
    begun = SignIn("", "", "", "")
    with pytest.raises(Rejected) as refused:
        finish(anhui.identity(), begun, {"code": "x", "state": ""})
    assert refused.value.code == "state"


@pytest.mark.parametrize("named", [{"iss": "https://identity.example"}, {"iss": ""}, {}])
def test_a_return_that_does_not_name_this_service_is_refused(anhui: Province, named: dict[str, str]) -> None:
    identity = anhui.identity()
    begun = identity.begin(RETURN)
    returned = choose(begun.authorize_url, LIN.subject)
    del returned["iss"]
    with pytest.raises(Rejected) as refused:
        finish(identity, begun, returned | named)
    assert refused.value.code == "issuer"


def test_a_return_without_a_code_is_refused(anhui: Province) -> None:
    identity = anhui.identity()
    begun = identity.begin(RETURN)
    returned = choose(begun.authorize_url, LIN.subject) | {"code": ""}
    with pytest.raises(Rejected) as refused:
        finish(identity, begun, returned)
    assert refused.value.code == "code"


def test_a_service_that_asks_for_patience_is_unavailable_and_not_a_refusal(anhui: Province) -> None:
    identity = anhui.identity()
    begun = identity.begin(RETURN)
    returned = {"state": begun.state, "iss": anhui.url, "error": "temporarily_unavailable"}
    with pytest.raises(Unavailable):
        finish(identity, begun, returned)


def test_a_code_lets_in_once(anhui: Province) -> None:
    identity = anhui.identity()
    begun = identity.begin(RETURN)
    returned = choose(begun.authorize_url, LIN.subject)
    assert finish(identity, begun, returned).subject == LIN.subject
    with pytest.raises(Rejected) as refused:
        finish(identity, begun, returned)
    assert refused.value.code == "invalid_grant"


def test_a_stolen_code_is_worth_nothing_without_the_verifier(anhui: Province) -> None:
    identity = anhui.identity()
    begun, thief = identity.begin(RETURN), identity.begin(RETURN)
    returned = choose(begun.authorize_url, LIN.subject) | {"state": thief.state}
    with pytest.raises(Rejected) as refused:
        finish(identity, thief, returned)
    assert refused.value.code == "invalid_grant"


def test_a_wrong_secret_is_refused_by_the_service(anhui: Province) -> None:
    with pytest.raises(Rejected) as refused:
        sign_in(OidcIdentity(anhui.url, CLIENT_ID, "not-the-secret"))
    assert refused.value.code == "invalid_client"


def test_documents_are_fetched_once_and_keys_again_after_a_rotation(tmp_path: Path) -> None:
    with province(tmp_path) as sandbox:
        sign_in(sandbox.identity())
        sign_in(sandbox.identity())
        assert (sandbox.app.hits["discovery"], sandbox.app.hits["jwks"]) == (1, 1)
        sandbox.misbehave(Fault.ROTATED_KEY)
        assert sign_in(sandbox.identity()).subject == LIN.subject
        assert (sandbox.app.hits["discovery"], sandbox.app.hits["jwks"]) == (1, 2)


def test_signing_out_goes_to_the_service_and_back(anhui: Province) -> None:
    back = "http://127.0.0.1:8000/?out=1"
    answer = httpx.get(anhui.identity().sign_out_url(back), trust_env=False)
    assert answer.headers["location"] == back


def test_a_healthy_service_has_no_problems(anhui: Province) -> None:
    assert anhui.identity().check() == []


@pytest.mark.parametrize("where", ["discovery", "jwks"])
def test_the_check_asks_anew_and_says_what_is_wrong(anhui: Province, where: str) -> None:
    identity = anhui.identity()
    assert identity.check() == []
    anhui.misbehave(Fault.SERVER_ERROR, where=where)
    [problem] = identity.check()
    assert problem.level == "error"
    assert "HTTP 503" in problem.sentence
    assert "GOVPOST_OIDC_ISSUER" in problem.remedy


def test_without_an_address_nothing_is_asked_and_the_missing_settings_are_named(settings: Settings) -> None:
    settings.GOVPOST_OIDC_ISSUER = ""
    settings.GOVPOST_OIDC_CLIENT_ID = "govpost"
    settings.GOVPOST_OIDC_CLIENT_SECRET = ""
    with pytest.raises(Unavailable, match="GOVPOST_OIDC_ISSUER, GOVPOST_OIDC_CLIENT_SECRET not set"):
        OidcIdentity().begin(RETURN)
    [problem] = OidcIdentity().check()
    assert "GOVPOST_OIDC_ISSUER" in problem.sentence


def test_the_settings_are_read_when_the_constructor_is_silent(anhui: Province, settings: Settings) -> None:
    settings.GOVPOST_OIDC_ISSUER = f"{anhui.url}/"
    settings.GOVPOST_OIDC_CLIENT_ID = CLIENT_ID
    settings.GOVPOST_OIDC_CLIENT_SECRET = CLIENT_SECRET
    assert sign_in(OidcIdentity()).subject == LIN.subject


@pytest.mark.parametrize("issuer", ["http://identity.example", "ftp://127.0.0.1", "identity.example", "https://"])
def test_secrets_do_not_travel_in_the_clear(issuer: str) -> None:
    with pytest.raises(Rejected) as refused:
        OidcIdentity(issuer, CLIENT_ID, CLIENT_SECRET).begin(RETURN)
    assert refused.value.code == "address"


def test_an_issuer_that_names_itself_otherwise_is_refused(anhui: Province) -> None:
    with serve(anhui.app) as elsewhere, pytest.raises(Rejected) as refused:
        OidcIdentity(elsewhere.url, CLIENT_ID, CLIENT_SECRET).begin(RETURN)
    assert refused.value.code == "issuer"
