"""The requirements of OWASP's Application Security Verification Standard 5.0 that apply, each with
a test here or with the tests elsewhere that show it."""

import ast
import math
import re
import secrets
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from django.apps import apps
from django.conf import global_settings
from django.conf import settings as configured
from django.contrib.auth.hashers import identify_hasher
from django.test import Client

from experiments.people import directory, identity
from experiments.people.models import User
from tests.support import authorisation, people
from tests.support.pages import parse, words
from tests.support.portal import REPOSITORY
from tests.support.scripted_aws import ScriptedAws
from tests.support.starting import start

# As the reference for this portal names them.
APPLICABLE = set(
    """
    1.2.1 1.2.2 1.3.6 1.5.2 2.4.1 3.3.1 3.3.3 3.4.1 3.4.3 3.4.4 3.4.5 3.4.6 3.5.3 4.1.1 4.1.3 5.2.1
    5.4.2 6.2.4 6.3.1 6.3.2 6.8.1 6.8.2 7.2.4 7.4.1 7.4.2 8.2.2 8.4.1 10.2.1 11.5.1 13.4.2 14.3.2
    15.3.2 16.3.1 16.3.2 16.4.1 16.5.1 16.5.2 16.5.3
    """.split()  # noqa: SIM905, as it stands in the reference
)

# Item and test, a file's path being below tests/.
ELSEWHERE = """
# Output is encoded for where it stands.
1.2.1  browser/test_safety.py::test_text_from_aws_is_shown_and_never_run
1.2.1  test_templates.py::test_python_marks_nothing_as_safe_but_constants
# Addresses are built of encoded parts, and of safe schemes alone.
1.2.2  test_mistakes_of_others.py::test_argo_cve_2022_31035_no_text_of_others_is_an_address
# Nobody chooses whom the server asks.
1.3.6  test_mistakes_of_others.py::test_no_browser_says_where_aws_is
1.3.6  test_proxy_header.py::test_only_an_id_gets_into_the_address_of_a_key
# Nothing is read that could be more than data.
1.5.2  test_mistakes_of_others.py::test_argo_cve_2024_31989_a_planted_pickle_does_nothing
1.5.2  test_mistakes_of_others.py::test_argo_cve_2024_31989_nothing_here_reads_pickles
# Who does something too often is stopped.
2.4.1  test_sign_in.py::test_guessing_is_stopped_for_a_name_and_an_address_alone
2.4.1  test_check_now.py::test_a_second_press_within_five_seconds_asks_nobody
2.4.1  test_proxy_header.py::test_made_up_ids_are_not_asked_for_without_limit
# Cookies: Secure; __Host-.
3.3.1  test_headers.py::test_cookies_belong_to_this_host_and_to_no_script
3.3.3  test_headers.py::test_cookies_belong_to_this_host_and_to_no_script
3.3.3  test_headers.py::test_a_cookie_of_another_name_signs_nobody_in
# Headers: HSTS, CSP, nosniff, Referrer-Policy, frame-ancestors.
3.4.1  test_headers.py::test_every_answer_carries_the_headers_of_the_bar
3.4.3  test_headers.py::test_every_answer_carries_the_policy
3.4.4  test_headers.py::test_every_answer_carries_the_headers_of_the_bar
3.4.5  test_headers.py::test_every_answer_carries_the_headers_of_the_bar
3.4.5  test_headers.py::test_what_a_link_opens_is_unknown_to_other_sites_and_to_search_engines
3.4.6  test_headers.py::test_every_answer_carries_the_policy
# Every text says in which characters it is written.
4.1.1  test_headers.py::test_text_says_how_it_is_written
# What a proxy says, no client says in its place.
4.1.3  test_audit.py::test_a_client_is_who_the_last_trusted_proxy_saw
4.1.3  test_audit.py::test_no_other_header_says_who_asks
4.1.3  test_proxy_header.py::test_it_believes_nobody_else
4.1.3  test_http.py::test_a_scheme_is_believed_from_trusted_proxies_alone
# A file's name is the portal's own.
5.4.2  test_audit.py::test_an_export_is_a_file_of_its_own_name
# Guessing and stuffing.
6.3.1  test_sign_in.py::test_guessing_is_stopped_for_a_name_and_an_address_alone
6.3.1  test_mistakes_of_others.py::test_argo_cve_2024_21662_no_number_of_names_ends_a_lockout
6.3.1  test_audit.py::test_no_forged_address_gets_around_the_lockout
# Somebody of a provider is who issuer and subject say; its signatures are verified.
6.8.1  test_openid_sign_in.py::test_nobody_becomes_somebody_else_by_an_address_or_a_name
6.8.2  test_openid_sign_in.py::test_a_token_that_is_not_good_signs_nobody_in
6.8.2  test_proxy_header.py::test_what_is_signed_cannot_be_changed
6.8.2  test_proxy_header.py::test_the_algorithm_is_not_the_headers_to_choose
# Signing in makes a new session; signing out and disabling end all of them.
7.2.4  test_openid_sign_in.py::test_a_session_begins_with_a_cookie_that_nobody_knew_before
7.4.1  test_sign_in.py::test_signing_out_ends_every_session
7.4.2  test_sign_in.py::test_disabling_somebody_ends_every_session
# Each thing is for whom it is for, and so is each source.
8.2.2  test_authorisation.py::test_everybody_may_do_what_the_table_says
8.2.2  test_authorisation.py::test_the_link_of_somebody_else_looks_like_none_at_all
8.4.1  test_source_visibility.py::test_a_hidden_source_and_one_that_is_not_there_answer_alike
# The way to a provider and back: state, nonce, PKCE.
10.2.1 test_openid_sign_in.py::test_the_provider_is_asked_with_a_state_a_nonce_and_a_challenge
10.2.1 test_openid_sign_in.py::test_a_way_back_that_did_not_begin_here_leads_nowhere
# Nobody stores what is somebody's.
14.3.2 test_headers.py::test_nothing_but_static_files_is_kept_by_anybody
# Nobody leads the portal elsewhere.
15.3.2 test_fault_matrix.py::test_no_redirect_is_followed
15.3.2 test_openid_asking.py::test_a_redirect_is_not_followed
15.3.2 test_proxy_header.py::test_it_follows_no_redirect
# What is recorded: every sign-in and every refusal, on lines of their own.
16.3.1 test_audit.py::test_each_action_is_recorded_with_who_what_and_from_where
16.3.1 test_audit.py::test_every_action_is_among_these
16.3.2 test_audit.py::test_each_action_is_recorded_with_who_what_and_from_where
16.4.1 test_audit.py::test_no_name_makes_a_line_of_the_log_its_own
# Errors tell nothing, leave the portal up and let nobody in.
16.5.1 test_canaries.py::test_a_fault_of_the_portal_is_told_without_what_was_at_hand
16.5.1 test_canaries.py::test_nothing_is_told_by_a_portal_with_passwords
16.5.2 test_database_away.py::test_viewing_goes_on_while_postgresql_is_stopped
16.5.2 test_fault_matrix.py::test_pages_stay_while_aws_refuses_everybody
16.5.2 test_openid_sign_in.py::test_a_provider_that_is_down_is_no_error_of_the_portal
16.5.3 test_canaries.py::test_nobody_is_let_in_while_the_database_is_away
"""
_SHOWN = [line.split() for line in ELSEWHERE.splitlines() if line and not line.startswith("#")]


@pytest.fixture(autouse=True)
def _password(settings: Any) -> Iterator[None]:
    settings.PORTAL_LOGIN = "password"
    identity.forget()
    yield
    identity.forget()


def test_every_requirement_has_a_test() -> None:
    names = _functions(REPOSITORY / "tests" / "test_asvs.py")
    here = {
        ".".join(number)
        for name in names
        if (found := re.match(r"test_asvs_(\d+)_(\d+)_(\d+)_", name)) and (number := found.groups())
    }
    assert here | {item for item, _ in _SHOWN} == APPLICABLE


@pytest.mark.parametrize(("item", "test"), _SHOWN)
def test_what_is_said_to_show_it_is_there(item: str, test: str) -> None:
    assert item in APPLICABLE
    file, _, name = test.partition("::")
    assert name in _functions(REPOSITORY / "tests" / file)


@cache
def _functions(file: Any) -> frozenset[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_asvs_2_4_1_a_form_that_is_sent_again_does_nothing_again(scripted_aws: ScriptedAws) -> None:
    name = f"once-{secrets.token_hex(4)}"
    scripted_aws.describes(name)
    form = {"kind": "live", "audience": "anyone", "hours": 1, "form": secrets.token_urlsafe(24)}
    sharer = people.browser_of("sharer")
    path = f"/experiments/default/{name}/share/"
    assert [sharer.post(path, form).status_code for _ in range(3)] == [200, 409, 409]


def test_asvs_3_5_3_what_changes_something_is_never_a_get(scripted_aws: ScriptedAws) -> None:
    """By GET, HEAD and OPTIONS of every address, an operator changes nothing that is kept, apart
    from the trail, when somebody was last seen and what AWS said."""
    name, victim = f"unchanged-{secrets.token_hex(4)}", people.add("viewer")
    scripted_aws.describes(name)
    operator = people.browser_of("operator")
    page, number = f"/experiments/default/{name}/", User.objects.get(username=victim).pk
    operator.get(page)
    form = f"?kind=live&audience=anyone&hours=1&form={secrets.token_urlsafe(24)}"
    person = f"/operators/people/{number}/"
    new = f"?username={people.new_name()}&password={people.PASSWORD}&role=operator"
    paths = [
        *(f"{page}{rest}" for rest in ("share/" + form, "share/preview/" + form, "check/")),
        "/links/1/revoke/",
        "/sign-out/",
        f"/sign-in/?username={victim}&password={people.PASSWORD}",
        f"/account/password/?new_password1={people.PASSWORD}",
        f"/operators/people/{new}",
        f"{person}?role=operator&active=",
        f"{person}password/?password={people.PASSWORD}",
        f"{person}end-sessions/",
    ]
    before = _kept()
    for path in paths:
        for method in ("get", "head", "options"):
            assert getattr(operator, method)(path).status_code < 500
            # Nor does a header make a POST of it.
            getattr(operator, method)(path, headers={"X-HTTP-Method-Override": "POST"})
    assert _kept() == before
    assert operator.get("/account/").status_code == 200


def _kept() -> dict[str, list[Any]]:
    changing = {"AuditEvent", "Session", "Snapshot", "Observation", "Sighting", "SourceState"}
    models = [model for model in apps.get_models() if model.__name__ not in changing]
    return {
        model.__name__: list(model._default_manager.order_by("pk").values()) for model in models
    }


def test_asvs_5_2_1_no_form_is_larger_than_one_that_the_portal_has() -> None:
    browser = Client()
    large = {"username": "x" * 3_000_000, "password": "y"}
    assert browser.post("/sign-in/", large, "application/x-www-form-urlencoded").status_code < 500
    body = "username=" + "x" * 3_000_000
    assert _form(browser, body).status_code == 400
    assert _form(browser, "&".join(f"f{number}=" for number in range(2_000))).status_code == 400
    # Hashing a password takes the longer the longer it is.
    operator = people.browser_of("operator")
    new = {"username": people.new_name(), "password": "long enough " * 1_000, "role": "viewer"}
    assert operator.post("/operators/people/", new).status_code == 422


def _form(browser: Client, body: str) -> Any:
    return browser.post("/sign-in/", body, "application/x-www-form-urlencoded")


def test_asvs_6_2_4_common_passwords_are_refused() -> None:
    """Of those that are long enough to be refused for nothing else."""
    operator, viewer = people.browser_of("operator"), people.browser_of("viewer")
    number = User.objects.get(username=people.add("viewer")).pk
    common = [word for word in _most_common() if len(word) >= 12][:5]
    assert len(common) == 5
    for password in common:
        new = {"username": people.new_name(), "password": password, "role": "viewer"}
        given = {"old_password": people.PASSWORD, "new_password1": password}
        answers = (
            operator.post("/operators/people/", new),
            operator.post(f"/operators/people/{number}/password/", {"password": password}),
            viewer.post("/account/password/", given | {"new_password2": password}),
        )
        for answer in answers:
            assert answer.status_code == 422
            assert "too common" in words(parse(answer).select_one("main")), password


def _most_common() -> list[str]:
    """Of the validator that the settings name, which holds twenty thousand."""
    from django.contrib.auth.password_validation import get_default_password_validators

    lists = [v.passwords for v in get_default_password_validators() if hasattr(v, "passwords")]
    assert len(lists) == 1
    assert len(lists[0]) > 3_000
    return sorted(lists[0])


def test_asvs_6_3_1_a_name_that_nobody_has_is_refused_like_a_wrong_password() -> None:
    known, unknown = people.add("viewer"), people.new_name()
    answers = [
        Client().post("/sign-in/", {"username": name, "password": "wrong"})
        for name in (known, unknown)
    ]
    pages = [
        authorisation.FORM_TOKEN.sub("", answer.content.decode()).replace(name, "NAME")
        for name, answer in zip((known, unknown), answers, strict=True)
    ]
    assert pages[0] == pages[1]
    assert answers[0].status_code == answers[1].status_code


NEW_PORTAL = """
from django.core.management import call_command
from django.test import Client
from experiments.people.models import User
call_command("migrate", verbosity=0)
browser = Client(headers={"host": "127.0.0.1"})
tried = [{"username": name, "password": name} for name in ("admin", "operator")]
print(User.objects.count(), *(browser.post("/sign-in/", pair).status_code for pair in tried))
"""


def test_asvs_6_3_2_a_new_portal_knows_nobody() -> None:
    variables = {"PORTAL_LOGIN": "password", "DJANGO_SETTINGS_MODULE": "portal.settings"}
    started = start(variables, "-c", authorisation.PLAIN_STATIC_FILES + NEW_PORTAL)
    assert started.output == "0 422 422\n", started.error


def test_asvs_7_2_4_signing_in_makes_a_new_session() -> None:
    name = people.add("viewer")
    planted = "a" * 32
    browser = Client()
    cookie = configured.SESSION_COOKIE_NAME
    browser.cookies[cookie] = planted
    form = {"username": name, "password": people.PASSWORD}
    assert browser.post("/sign-in/", form).status_code == 303
    first = browser.cookies[cookie].value
    assert first not in {"", planted}
    browser.cookies[cookie] = ""
    assert browser.post("/sign-in/", form).status_code == 303
    second = browser.cookies[cookie].value
    assert second not in {first, planted}
    # A new password gives the session that chose it another name too.
    new = "another long pass phrase"
    changed = {"old_password": people.PASSWORD, "new_password1": new, "new_password2": new}
    assert browser.post("/account/password/", changed).status_code == 303
    assert browser.cookies[cookie].value != second
    identity.forget()
    for dead in (planted, first, second):
        stranger = Client()
        stranger.cookies[cookie] = dead
        assert stranger.get("/account/").status_code == 302


def test_asvs_7_4_1_a_session_is_over_on_the_server() -> None:
    name = people.add("viewer")
    browser = people.sign_in(name)
    cookie = configured.SESSION_COOKIE_NAME
    kept = browser.cookies[cookie].value
    assert browser.post("/sign-out/").status_code == 303
    identity.forget()
    thief = Client()
    thief.cookies[cookie] = kept
    assert thief.get("/account/").status_code == 302


def test_asvs_7_4_1_a_session_is_over_after_its_time(settings: Any) -> None:
    settings.SESSION_COOKIE_AGE = 0
    browser = people.sign_in(people.add("viewer"))
    identity.forget()
    assert browser.get("/account/").status_code == 302


def test_asvs_7_4_2_nobody_who_is_gone_has_a_session() -> None:
    name = people.add("operator")
    browser = people.sign_in(name)
    User.objects.get(username=name).delete()
    identity.forget()
    assert browser.get("/account/").status_code == 302


def test_asvs_11_5_1_what_nobody_may_guess_is_random() -> None:
    """128 bits at least, of a source that is made for it."""
    from experiments.sharing.link import new_token

    tokens = [new_token() for _ in range(2_000)]
    assert len(set(tokens)) == len(tokens)
    assert {len(token) for token in tokens} == {43}
    assert _bits(tokens) > 128
    assert re.search(
        r"secrets\.token_urlsafe", (REPOSITORY / "experiments/sharing/link.py").read_text()
    )
    from django.contrib.sessions.backends.db import SessionStore

    sessions = [str(SessionStore()._get_new_session_key()) for _ in range(200)]  # type: ignore[attr-defined]
    assert _bits(sessions) > 128


def _bits(texts: list[str]) -> float:
    """How many bits the texts have, if each place is a matter of its own."""
    counts = [Counter(letters) for letters in zip(*texts, strict=True)]
    return sum(
        -sum(count / len(texts) * math.log2(count / len(texts)) for count in letters.values())
        for letters in counts
    )


def test_asvs_13_4_2_nothing_is_there_for_debugging() -> None:
    script = "from portal import settings as s; print(s.DEBUG, getattr(s, 'INTERNAL_IPS', None))"
    started = start({"DEBUG": "1", "DJANGO_DEBUG": "true", "PORTAL_DEBUG": "1"}, "-c", script)
    assert started.output == "False None\n", started.error
    installed = " ".join([*configured.INSTALLED_APPS, *configured.MIDDLEWARE])
    assert not re.search("debug|silk|django.contrib.admin", installed)
    for path in (
        "/__debug__/",
        "/admin/",
        "/.env",
        "/.git/HEAD",
        "/static/../.env",
        "/server-status",
    ):
        assert Client().get(path).status_code == 404, path


# What the tests' own settings leave out for speed: the hashing of passwords.


def test_passwords_are_hashed_slowly_and_each_by_itself(settings: Any) -> None:
    source = (REPOSITORY / "portal" / "settings.py").read_text(encoding="utf-8")
    assert "PASSWORD_HASHERS" not in source
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS
    first, second = (people.new_name("hashed") for _ in range(2))
    for name in (first, second):
        directory.add(name, people.PASSWORD, "viewer", (), "a test")
    kept = [User.objects.get(username=name).password for name in (first, second)]
    assert kept[0] != kept[1]
    assert not any(people.PASSWORD in password for password in kept)
    hasher = identify_hasher(kept[0])
    decoded = hasher.decode(kept[0])
    # OWASP's least for PBKDF2 with SHA-256, and for the length of a salt.
    assert (hasher.algorithm, decoded["iterations"] >= 600_000) == ("pbkdf2_sha256", True)
    assert len(decoded["salt"]) >= 16
    people.sign_in(first)
