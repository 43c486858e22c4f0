"""A login with a second factor: nobody is in before both are given, by whatever way they come."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django import Settings

from pipeline import audit
from pipeline.accounts import second_factor
from pipeline.actions.token_keys import issue
from pipeline.models import ApiToken
from tests.pipeline.accounts.authenticator import (
    PASSWORD,
    WRONG,
    guarded_account,
    make_account,
    next_code,
    with_password,
)

pytestmark = pytest.mark.django_db
CODE_PAGE = "/account/code/"


def log_of(user: object) -> list[str]:
    return [entry.get_change_message() for entry in audit.entries_of_account(user)]


def test_after_the_password_a_code_is_asked_for_and_leads_to_where_it_began() -> None:
    user, _ = guarded_account()
    client = Client()
    sent = {"username": "ada", "password": PASSWORD, "next": "/help/"}
    asked = client.post("/admin/login/", sent, follow=True)
    assert asked.redirect_chain[-1][0] == f"{CODE_PAGE}?next=%2Fhelp%2F"
    assert "Now give a code" in asked.content.decode()
    before = client.session.session_key
    entered = client.post(CODE_PAGE, {"code": next_code(user), "next": "/help/"})
    assert entered["Location"] == "/help/"
    assert client.session.session_key != before
    assert client.get("/help/").status_code == 200


@pytest.mark.sampled
@pytest.mark.parametrize(
    "address",
    ["/desk/", "/admin/", "/admin/auth/user/", "/help/", "/studies/new/", "/tokens/", "/account/",
     "/account/second-factor/", "/admin/password_change/"],
)  # fmt: skip
def test_the_password_alone_opens_no_page(address: str) -> None:
    user, _ = guarded_account(is_superuser=True)
    client = with_password(user)
    assert client.get(address, follow=True).redirect_chain[-1][0].startswith(CODE_PAGE)
    assert client.post(address, {"begin": 1}).status_code in {302, 403, 405}
    assert not TOTPDevice.objects.filter(user=user, confirmed=False).exists()


def test_accounts_without_a_second_factor_log_in_as_before() -> None:
    client = with_password(make_account())
    assert client.get("/desk/").status_code == 200
    assert client.get(CODE_PAGE)["Location"] == "/desk/"


def test_a_code_counts_once() -> None:
    user, _ = guarded_account()
    code = next_code(user)
    assert with_password(user).post(CODE_PAGE, {"code": code}).status_code == 302
    again = with_password(user).post(CODE_PAGE, {"code": code})
    assert "each counts once" in again.content.decode()


@pytest.mark.parametrize("typed", ["{} {}", " {}{} ", "{}-{}"])
def test_spaces_and_hyphens_in_a_code_do_not_matter(typed: str) -> None:
    user, _ = guarded_account()
    code = next_code(user)
    sent = {"code": typed.format(code[:3], code[3:])}
    assert with_password(user).post(CODE_PAGE, sent).status_code == 302


@pytest.mark.sampled
@pytest.mark.parametrize(
    "odd", ["", " ", "abc", "1", "١٢٣٤٥٦", "-1", "1" * 41, "\x00", "'; --", "１２３４５６"]
)
def test_whatever_else_is_typed_is_refused_in_words(odd: str) -> None:
    user, _ = guarded_account()
    client = with_password(user)
    answer = client.post(CODE_PAGE, {"code": odd})
    assert answer.status_code == 200
    assert 'class="errorlist"' in answer.content.decode()
    assert client.get("/desk/").status_code == 302


def test_a_backup_code_logs_in_once_and_the_log_says_so() -> None:
    user, codes = guarded_account()
    assert with_password(user).post(CODE_PAGE, {"code": codes[0].upper()}).status_code == 302
    assert log_of(user)[0] == "used a backup code, 9 are left"
    assert with_password(user).post(CODE_PAGE, {"code": codes[0]}).status_code == 200


def test_few_backup_codes_are_warned_of() -> None:
    user, codes = guarded_account()
    for number, code in enumerate(codes[:6], start=1):
        page = with_password(user).post(CODE_PAGE, {"code": code}, follow=True).content.decode()
        assert ("of your backup codes are left" in page) == (number == 6)


def test_wrong_codes_make_everybody_wait_twice_as_long_each_time() -> None:
    """From every address alike: here only who has the password already gets so far."""
    user, _ = guarded_account()
    for number in range(6):
        TOTPDevice.objects.update(throttling_failure_timestamp=timezone.now() - timedelta(seconds=2**number))
        page = with_password(user).post(CODE_PAGE, {"code": WRONG}).content.decode()
        assert "This code is not valid" in page
    elsewhere = with_password(user)
    page = elsewhere.post(CODE_PAGE, {"code": next_code(user)}, REMOTE_ADDR="203.0.113.7").content.decode()
    assert "Too many wrong codes: wait 32 s" in page
    assert log_of(user)[:6] == ["gave a wrong code as second factor"] * 6
    assert "gave a wrong code" not in log_of(user)[6]


def test_guesses_at_backup_codes_wait_as_well() -> None:
    user, codes = guarded_account()
    with_password(user).post(CODE_PAGE, {"code": "aaaa-bbbb-cccc"})
    with_password(user).post(CODE_PAGE, {"code": codes[0]})
    assert StaticDevice.objects.get().throttling_failure_count == 1
    assert second_factor.codes_left(user) == 10


def test_whoever_sits_there_may_log_in_as_somebody_else() -> None:
    user, _ = guarded_account()
    client = with_password(user)
    assert client.post(CODE_PAGE, {"leave": ""})["Location"] == "/admin/login/"
    assert "_auth_user_id" not in client.session
    assert "Password" in client.get("/admin/login/").content.decode()


def test_a_code_leads_to_no_other_site() -> None:
    user, _ = guarded_account()
    sent = {"code": next_code(user), "next": "https://elsewhere.example/"}
    assert with_password(user).post(CODE_PAGE, sent)["Location"] == "/desk/"


def test_the_page_is_nobodys_but_whose_password_was_right() -> None:
    make_account()
    assert Client().get(CODE_PAGE, follow=True).redirect_chain[-1][0].startswith("/admin/login/")


def test_tokens_of_the_api_need_no_code() -> None:
    user, _ = guarded_account()
    _, secret = issue(user, "notebook", ApiToken.Scope.READ, 7, timezone.now())
    headers = {"Authorization": f"Bearer {secret}"}
    assert Client().get("/api/v1/studies/", headers=headers).status_code == 200
    assert with_password(user).get("/api/v1/studies/", headers=headers).status_code == 200
    assert with_password(user).get("/api/v1/studies/").status_code == 401


def test_where_all_must_have_one_the_login_goes_on_with_setting_it_up(settings: Settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    user = make_account()
    client = with_password(user)
    page = client.get("/desk/", follow=True)
    assert page.redirect_chain[-1][0].startswith("/account/second-factor/")
    assert "This site asks all its researchers for a second factor" in page.content.decode()
    client.post("/account/second-factor/", {"begin": 1})
    sent = {"password": PASSWORD, "code": next_code(user)}
    assert "Your backup codes" in client.post("/account/second-factor/", sent).content.decode()
    assert client.get("/desk/").status_code == 200


def test_where_all_must_have_one_those_who_are_logged_in_are_asked_too(settings: Settings) -> None:
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("grace"))
    assert client.get("/desk/").status_code == 200
    settings.REQUIRE_SECOND_FACTOR = True
    assert client.get("/desk/").status_code == 302
