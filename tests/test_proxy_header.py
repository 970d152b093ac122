"""Whom the proxy in front of the portal names, and what does not make the portal believe it."""

import http.client
import ipaddress
import json
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.http import HttpRequest
from hypothesis import given
from hypothesis import strategies as st

from experiments.people import proxy, signing_keys
from experiments.people.not_claimed import Kind, NotClaimed
from experiments.people.proxy import Claimed
from tests.support import faults
from tests.support.eventually import eventually
from tests.support.load_balancer import (
    ARN,
    Fault,
    KeyServer,
    LoadBalancer,
    encoded,
    es256,
    hs256,
    pem,
    rs256,
    self_signed,
    signed,
    unsigned,
)
from tests.support.portal import REPOSITORY, free_port

PEER = "10.0.0.5"
TRUSTED = (ipaddress.ip_network("10.0.0.0/24"), ipaddress.ip_network("fd00::/64"))
SUBJECT = "5f2b8c1e-0d3a-4d7c-9a51-7c1d1f0a9f11"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    user_header: str = "PortalUser"
    groups_header: str = "PortalGroups"
    alb_arn: str = ""
    alb_keys_url: str = ""
    groups_claim: str = "groups"


PLAIN = Settings()
ABOUT_KEYS = {Kind.UNKNOWN_KEY, Kind.KEYS_UNAVAILABLE}


def claimed(settings: Settings, headers: dict[str, str], peer: str = PEER) -> Claimed:
    """By the headers as Django shows them, in any case."""
    request = HttpRequest()
    for name, value in headers.items():
        request.META[f"HTTP_{name.upper().replace('-', '_')}"] = value
    return proxy.claimed(settings, peer, TRUSTED, request.headers)


def refusal(settings: Settings, headers: dict[str, str], peer: str = PEER) -> Kind:
    with pytest.raises(NotClaimed) as refused:
        claimed(settings, headers, peer)
    for value in headers.values():
        assert value == "" or value not in str(refused.value)
    assert refused.value.__cause__ is None or refused.value.kind in ABOUT_KEYS
    return refused.value.kind


# A plain header


def test_it_believes_a_trusted_proxy() -> None:
    headers = {"PortalUser": "alice@example.org", "PortalGroups": "ml, on call,,ops "}
    assert claimed(PLAIN, headers) == Claimed(
        name="alice@example.org",
        label="alice@example.org",
        groups=frozenset({"ml", "on call", "ops"}),
    )


@pytest.mark.parametrize("peer", ["10.0.0.5", "::ffff:10.0.0.5", "fd00::5"])
def test_an_address_is_trusted_however_the_server_writes_it(peer: str) -> None:
    assert claimed(PLAIN, {"PortalUser": "alice"}, peer).name == "alice"


@pytest.mark.parametrize("peer", ["10.0.1.5", "::ffff:10.0.1.5", "fd01::5", "", "unix:", "10.0.0"])
def test_it_believes_nobody_else(peer: str) -> None:
    assert refusal(PLAIN, {"PortalUser": "alice"}, peer) == Kind.UNTRUSTED_PEER


def test_nobody_is_trusted_unless_an_operator_says_so() -> None:
    with pytest.raises(NotClaimed):
        proxy.claimed(PLAIN, PEER, (), {"PortalUser": "alice"})


@pytest.mark.parametrize("value", ["", " ", "\t"])
def test_an_empty_header_names_nobody(value: str) -> None:
    assert refusal(PLAIN, {"PortalUser": value}) == Kind.NO_HEADER
    assert refusal(PLAIN, {}) == Kind.NO_HEADER


@pytest.mark.parametrize(
    "name",
    [
        "alice,mallory",
        "alice\x00",
        "ali\tce",
        "ali\x7fce",
        "alice\x1f",
        "alice\xa0",
        "alice\u202e",
        "al\u00efce",
        "\ud800",
        "a" * 151,
    ],
)
def test_what_cannot_be_a_name_names_nobody(name: str) -> None:
    assert refusal(PLAIN, {"PortalUser": name}) == Kind.BAD_NAME


def test_the_longest_name_is_that_of_an_account() -> None:
    assert claimed(PLAIN, {"PortalUser": "a" * 150}).name == "a" * 150


def test_what_cannot_be_a_group_gives_nothing() -> None:
    headers = {"PortalUser": "alice", "PortalGroups": f"ml,op\ns,admins\xa0,{'g' * 151}"}
    assert claimed(PLAIN, headers).groups == {"ml"}


def test_no_header_is_longer_than_any_that_a_proxy_sends() -> None:
    assert refusal(PLAIN, {"PortalUser": "a" * 70_000}) == Kind.BAD_HEADER
    too_many = {"PortalUser": "alice", "PortalGroups": "g," * 40_000}
    assert refusal(PLAIN, too_many) == Kind.BAD_HEADER


def test_without_a_header_for_groups_a_clients_own_gives_none() -> None:
    settings = replace(PLAIN, groups_header="", groups_claim="")
    headers = {"PortalUser": "alice", "PortalGroups": "admins"}
    assert claimed(settings, headers).groups == frozenset()


# The header that a load balancer of AWS signs


@pytest.fixture
def keys() -> Iterator[KeyServer]:
    with KeyServer() as server:
        yield server


@pytest.fixture
def balancer(keys: KeyServer) -> LoadBalancer:
    made = LoadBalancer()
    keys.publish(made)
    return made


@pytest.fixture
def settings(keys: KeyServer) -> Settings:
    return Settings(alb_arn=ARN, alb_keys_url=keys.url)


def by_token(settings: Settings, token: str) -> Claimed:
    return claimed(settings, {"X-Amzn-Oidc-Data": token})


def refused(settings: Settings, token: str) -> Kind:
    return refusal(settings, {"X-Amzn-Oidc-Data": token})


def test_it_believes_what_the_load_balancer_signs(
    settings: Settings, balancer: LoadBalancer
) -> None:
    # The lengths make some parts end in padding and others not.
    for length in range(3, 7):
        claims = {"sub": SUBJECT, "email": f"{'a' * length}@example.org", "groups": ["ml", "a b"]}
        assert by_token(settings, balancer.sign(claims)) == Claimed(
            name=SUBJECT,
            label=f"{'a' * length}@example.org",
            groups=frozenset({"ml", "a b"}),
        )


def test_a_key_is_fetched_once(settings: Settings, balancer: LoadBalancer, keys: KeyServer) -> None:
    for _ in range(5):
        by_token(settings, balancer.sign({"sub": SUBJECT}))
    assert keys.asked == {balancer.kid: 1}


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        (["ml", 7, None, "a,b", "", "ops"], {"ml", "ops"}),
        ("ml, ops", {"ml", "ops"}),
        ({"ml": True}, set()),
        (7, set()),
        (None, set()),
    ],
)
def test_groups_come_from_their_claim(
    settings: Settings, balancer: LoadBalancer, groups: object, expected: set[str]
) -> None:
    token = balancer.sign({"sub": SUBJECT, "groups": groups})
    assert by_token(settings, token).groups == expected


@pytest.mark.parametrize("email", [None, 7, "", "a\nb", "a,b"])
def test_without_an_address_the_subject_is_the_label(
    settings: Settings, balancer: LoadBalancer, email: object
) -> None:
    assert by_token(settings, balancer.sign({"sub": SUBJECT, "email": email})).label == SUBJECT


@pytest.mark.parametrize("subject", [None, 7, "", " ", " a", "a ", "a,b", "a\n", "é", "a" * 151])
def test_a_subject_that_cannot_be_a_name_names_nobody(
    settings: Settings, balancer: LoadBalancer, subject: object
) -> None:
    claims = {"sub": subject, "email": "alice@example.org"}
    assert refused(settings, balancer.sign(claims)) == Kind.BAD_NAME


def test_plain_headers_count_for_nothing_behind_a_load_balancer(
    settings: Settings, balancer: LoadBalancer
) -> None:
    plain = {"PortalUser": "mallory", "PortalGroups": "admins"}
    assert refusal(settings, plain) == Kind.NO_HEADER
    token = balancer.sign({"sub": SUBJECT})
    both = claimed(settings, {**plain, "X-Amzn-Oidc-Data": token})
    assert both == Claimed(name=SUBJECT, label=SUBJECT)


def test_a_signature_does_not_make_a_peer_trusted(
    settings: Settings, balancer: LoadBalancer, keys: KeyServer
) -> None:
    headers = {"X-Amzn-Oidc-Data": balancer.sign({"sub": SUBJECT})}
    assert refusal(settings, headers, "10.0.1.5") == Kind.UNTRUSTED_PEER
    assert not keys.asked


def test_it_believes_one_load_balancer_only(settings: Settings, keys: KeyServer) -> None:
    attackers = LoadBalancer(arn=f"{ARN[:-1]}0")
    keys.publish(attackers)
    claims = {"sub": SUBJECT}
    assert refused(settings, attackers.sign(claims)) == Kind.WRONG_SIGNER
    for signer in (None, "", [ARN], f" {ARN}", ARN.upper(), f"{ARN}\n"):
        assert refused(settings, attackers.sign(claims, signer=signer)) == Kind.WRONG_SIGNER
    assert not keys.asked


def test_another_load_balancers_key_signs_nothing_for_this_one(
    settings: Settings, balancer: LoadBalancer
) -> None:
    other = LoadBalancer(kid=balancer.kid)
    assert refused(settings, other.sign({"sub": SUBJECT})) == Kind.BAD_SIGNATURE


def test_the_algorithm_is_not_the_headers_to_choose(
    settings: Settings, balancer: LoadBalancer, keys: KeyServer
) -> None:
    public = pem(balancer.key.public_key())
    rsa_key = rsa.generate_private_key(65537, 2048)
    claims = {"sub": SUBJECT}
    for alg, sign in {
        "none": unsigned,
        "None": unsigned,
        "": unsigned,
        "HS256": hs256(public),
        "RS256": rs256(rsa_key),
        "ES384": es256(balancer.key),
        "es256": es256(balancer.key),
    }.items():
        token = signed(balancer.header(alg=alg), claims, sign)
        # A token whose last part is empty is none at all.
        kind = Kind.BAD_HEADER if sign is unsigned else Kind.WRONG_ALGORITHM
        assert refused(settings, token) == kind
    for sign in (hs256(public), rs256(rsa_key), lambda _text: b"\0" * 64, lambda _text: b"\0"):
        token = signed(balancer.header(), claims, sign)
        assert refused(settings, token) == Kind.BAD_SIGNATURE
    assert refused(settings, balancer.sign(claims, alg=["ES256"])) == Kind.WRONG_ALGORITHM
    assert set(keys.asked) == {balancer.kid}


def test_what_is_signed_cannot_be_changed(settings: Settings, balancer: LoadBalancer) -> None:
    header, payload, signature = balancer.sign({"sub": SUBJECT}).split(".")
    others = encoded({"sub": "mallory"})
    longer = encoded(balancer.header(exp=int(time.time()) + 9999))
    assert refused(settings, f"{header}.{others}.{signature}") == Kind.BAD_SIGNATURE
    assert refused(settings, f"{longer}.{payload}.{signature}") == Kind.BAD_SIGNATURE


def test_it_expires(settings: Settings, balancer: LoadBalancer) -> None:
    now = int(time.time())
    claims = {"sub": SUBJECT}
    assert refused(settings, balancer.sign(claims, exp=now - 30)) == Kind.EXPIRED
    assert refused(settings, balancer.sign(claims | {"exp": now - 30})) == Kind.EXPIRED
    within_leeway = balancer.sign(claims | {"exp": now - 3}, exp=now - 3)
    assert by_token(settings, within_leeway).name == SUBJECT
    among_claims = balancer.sign(claims | {"exp": now + 60}, exp=None)
    assert by_token(settings, among_claims).name == SUBJECT


def test_it_must_expire(settings: Settings, balancer: LoadBalancer) -> None:
    claims = {"sub": SUBJECT}
    assert refused(settings, balancer.sign(claims, exp=None)) == Kind.NO_EXPIRY
    for never in ("never", True, 1e400, float("nan"), [9999999999], str(int(time.time()) + 60)):
        assert refused(settings, balancer.sign(claims, exp=never)) == Kind.NO_EXPIRY
        among_claims = balancer.sign({**claims, "exp": never})
        assert refused(settings, among_claims) == Kind.NO_EXPIRY


@pytest.mark.parametrize(
    "kid",
    [
        "",
        "../../admin",
        f"../{uuid.UUID(int=1)}",
        f"{uuid.UUID(int=1)}/../x",
        f"{uuid.UUID(int=1)}?x=1",
        f"{uuid.UUID(int=1)}\n",
        f"{uuid.UUID(int=1)}#",
        "@example.org/x",
        uuid.UUID(int=1).hex,
        "0000000\u0661-0000-0000-0000-000000000001",
    ],
)
def test_only_an_id_gets_into_the_address_of_a_key(
    settings: Settings, balancer: LoadBalancer, keys: KeyServer, kid: str
) -> None:
    assert refused(settings, balancer.sign({"sub": SUBJECT}, kid=kid)) == Kind.BAD_KEY_ID
    assert not keys.asked


def test_an_id_must_be_there_and_a_text(settings: Settings, balancer: LoadBalancer) -> None:
    assert refused(settings, balancer.sign({}, kid=None)) == Kind.BAD_KEY_ID
    kids: tuple[object, ...] = (7, ["x"], {}, True)
    for kid in kids:
        assert refused(settings, balancer.sign({}, kid=kid)) == Kind.BAD_HEADER


def test_what_is_no_token_is_refused(settings: Settings, balancer: LoadBalancer) -> None:
    good = balancer.sign({"sub": SUBJECT})
    deep = b"[" * 20_000
    long_number = b'{"exp":' + b"9" * 5_000 + b"}"
    for token in (
        "x",
        "a.b",
        "a.b.c",
        "a.b.c.d",
        # How a server joins two headers of the same name.
        f"{good},{good}",
        good.replace("_", "/").replace("-", "+") + "+",
        f"{good}\xe9",
        "a" * 70_000,
        signed([], {}, es256(balancer.key)),
        signed(deep, {}, es256(balancer.key)),
        signed(long_number, {}, es256(balancer.key)),
        signed(b"\xff", {}, es256(balancer.key)),
    ):
        assert refused(settings, token) == Kind.BAD_HEADER
    for payload in (b"", b"\xff", b"[]", b"7", b"{", deep, long_number):
        token = signed(balancer.header(), payload, es256(balancer.key))
        assert refused(settings, token) == Kind.BAD_HEADER


# The place of the keys


def _huge(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    with_key = pem(ec.generate_private_key(ec.SECP256R1()).public_key())
    with suppress(OSError):
        handler.wfile.write(with_key + b"#" * 20_000_000)


def _status(status: int, **headers: str) -> Fault:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(b"<html>")

    return answer


@pytest.mark.parametrize(
    "fault",
    [
        _huge,
        _status(500),
        _status(503),
        _status(200),
        _status(401),
        _status(307),
        faults.reset,
        faults.no_http,
        faults.short_body,
    ],
)
def test_a_broken_place_is_left_alone_for_a_while(
    settings: Settings, balancer: LoadBalancer, keys: KeyServer, fault: Fault
) -> None:
    token = balancer.sign({"sub": SUBJECT})
    keys.fault = fault
    for _ in range(3):
        assert refused(settings, token) == Kind.KEYS_UNAVAILABLE
    assert keys.asked == {balancer.kid: 1}
    keys.fault = None
    # A request that began earlier and has waited since does not ask either.
    with time_machine.travel(time.time() - 1):
        assert refused(settings, token) == Kind.KEYS_UNAVAILABLE
    with time_machine.travel(time.time() + signing_keys.PAUSE_SECONDS + 1):
        assert by_token(settings, token).name == SUBJECT


def test_it_follows_no_redirect(settings: Settings, balancer: LoadBalancer) -> None:
    with KeyServer() as elsewhere, KeyServer() as keys:
        elsewhere.publish(balancer)
        keys.fault = _status(302, Location=f"{elsewhere.url}/{balancer.kid}")
        there = replace(settings, alb_keys_url=keys.url)
        assert refused(there, balancer.sign({"sub": SUBJECT})) == Kind.KEYS_UNAVAILABLE
        assert not elsewhere.asked


def test_a_place_that_nobody_listens_at_is_unavailable(balancer: LoadBalancer) -> None:
    for url in (
        f"http://127.0.0.1:{free_port()}",
        "http://192.0.2.1",
        "http://keys.example.org",
        "ftp://127.0.0.1",
        "file:///etc",
        "",
        "http://[",
    ):
        settings = Settings(alb_arn=ARN, alb_keys_url=url)
        assert refused(settings, balancer.sign({"sub": SUBJECT})) == Kind.KEYS_UNAVAILABLE


def test_a_key_must_come_by_tls_unless_it_comes_from_this_machine(
    settings: Settings, balancer: LoadBalancer, keys: KeyServer
) -> None:
    # Linux connects this to the same server.
    elsewhere = replace(settings, alb_keys_url=keys.url.replace("127.0.0.1", "0.0.0.0"))
    assert refused(elsewhere, balancer.sign({"sub": SUBJECT})) == Kind.KEYS_UNAVAILABLE
    assert not keys.asked


def test_a_certificate_must_be_somebodys_whom_the_machine_trusts(
    balancer: LoadBalancer, tmp_path: Path
) -> None:
    with KeyServer(tls=self_signed(tmp_path)) as keys:
        keys.publish(balancer)
        there = Settings(alb_arn=ARN, alb_keys_url=keys.url)
        assert keys.url.startswith("https://")
        assert refused(there, balancer.sign({"sub": SUBJECT})) == Kind.KEYS_UNAVAILABLE
        assert not keys.asked


@pytest.mark.usefixtures("hanging_ends")
def test_a_hanging_place_holds_nobody_for_long() -> None:
    """Twenty threads ask for a made-up key each, at a place that hangs and at one that drips."""
    with KeyServer() as hanging, KeyServer() as dripping, ThreadPoolExecutor(40) as pool:
        hanging.fault, dripping.fault = faults.hang, faults.drip_feed_headers
        started = time.monotonic()
        asking = [
            pool.submit(
                refused,
                Settings(alb_arn=ARN, alb_keys_url=server.url),
                LoadBalancer().sign({"sub": SUBJECT}),
            )
            for server in (hanging, dripping)
            for _ in range(20)
        ]
        assert {answer.result() for answer in asking} == {Kind.KEYS_UNAVAILABLE}
        assert time.monotonic() - started < 2 * signing_keys.FETCH_SECONDS + 1
        assert hanging.asked.total() == dripping.asked.total() == 1


def test_threads_that_need_the_same_key_fetch_it_once(
    settings: Settings, balancer: LoadBalancer, keys: KeyServer
) -> None:
    token = balancer.sign({"sub": SUBJECT})
    with ThreadPoolExecutor(20) as pool:
        names = pool.map(lambda _: by_token(settings, token).name, range(20))
    assert set(names) == {SUBJECT}
    assert keys.asked == {balancer.kid: 1}


def test_made_up_ids_are_not_asked_for_without_limit(
    settings: Settings, balancer: LoadBalancer, keys: KeyServer
) -> None:
    by_token(settings, balancer.sign({"sub": SUBJECT}))
    made_up = [LoadBalancer().sign({"sub": SUBJECT}) for _ in range(30)]
    kinds = [refused(settings, token) for token in made_up]
    unknown = signing_keys.MOST_FETCHES - 1
    assert kinds == [Kind.UNKNOWN_KEY] * unknown + [Kind.KEYS_UNAVAILABLE] * (30 - unknown)
    assert [refused(settings, token) for token in made_up] == kinds
    assert keys.asked.total() == signing_keys.MOST_FETCHES
    assert by_token(settings, balancer.sign({"sub": SUBJECT})).name == SUBJECT


def test_a_key_that_appears_is_found_later(settings: Settings, keys: KeyServer) -> None:
    late = LoadBalancer()
    assert refused(settings, late.sign({"sub": SUBJECT})) == Kind.UNKNOWN_KEY
    keys.publish(late)
    with time_machine.travel(time.time() + signing_keys.WINDOW_SECONDS + 1):
        assert by_token(settings, late.sign({"sub": SUBJECT})).name == SUBJECT


def test_it_remembers_the_keys_in_use_and_not_all_there_ever_were(
    settings: Settings, balancer: LoadBalancer, keys: KeyServer
) -> None:
    others = [LoadBalancer() for _ in range(signing_keys.MOST_KEYS)]
    with time_machine.travel(time.time()) as clock:
        for other in others:
            keys.publish(other)
            clock.shift(signing_keys.WINDOW_SECONDS)
            by_token(settings, balancer.sign({"sub": SUBJECT}))
            by_token(settings, other.sign({"sub": SUBJECT}))
        clock.shift(signing_keys.WINDOW_SECONDS)
        by_token(settings, others[0].sign({"sub": SUBJECT}))
    assert keys.asked[others[0].kid] == 2
    assert keys.asked[balancer.kid] == 1


def test_only_a_key_of_the_algorithm_is_one(settings: Settings, keys: KeyServer) -> None:
    for key in (rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP384R1())):
        with KeyServer() as server:
            kid = str(uuid.uuid4())
            server.serve(kid, pem(key.public_key()))
            sign = rs256(key) if isinstance(key, rsa.RSAPrivateKey) else es256(key)
            token = signed(LoadBalancer(kid=kid).header(), {"sub": SUBJECT}, sign)
            there = replace(settings, alb_keys_url=server.url)
            assert refused(there, token) == Kind.KEYS_UNAVAILABLE


# Whatever is sent

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
halves = st.binary(max_size=60) | st.dictionaries(
    st.sampled_from(["alg", "kid", "signer", "exp", "sub", "crit", "b64", "email", "groups"]),
    json_values | st.sampled_from(["ES256", ARN, str(uuid.UUID(int=1))]),
)


@given(user=st.binary(max_size=200), groups=st.binary(max_size=200), peer=st.text(max_size=20))
def test_no_bytes_raise_anything_else(user: bytes, groups: bytes, peer: str) -> None:
    headers = {"PortalUser": user.decode("latin-1"), "PortalGroups": groups.decode("latin-1")}
    headers["X-Amzn-Oidc-Data"] = headers["PortalUser"]
    nowhere = Settings(alb_arn=ARN, alb_keys_url="http://keys.invalid")
    for settings in (PLAIN, nowhere):
        for where in (PEER, peer):
            try:
                found = proxy.claimed(settings, where, TRUSTED, headers)
            except NotClaimed:
                continue
            assert found.name.isprintable()
            assert found.name.strip() == found.name != ""
            assert all(group.isprintable() and "," not in group for group in found.groups)


@given(header=halves, claims=halves, signature=st.binary(max_size=70))
def test_no_token_raises_anything_else(header: object, claims: object, signature: bytes) -> None:
    nowhere = Settings(alb_arn=ARN, alb_keys_url="http://keys.invalid")
    with pytest.raises(NotClaimed):
        by_token(nowhere, signed(header, claims, lambda _text: signature))


@pytest.fixture(scope="module")
def lasting() -> Iterator[tuple[Settings, LoadBalancer]]:
    """For all examples of a property."""
    with KeyServer() as server:
        balancer = LoadBalancer()
        server.publish(balancer)
        yield Settings(alb_arn=ARN, alb_keys_url=server.url), balancer


@given(claims=halves)
def test_nothing_that_is_signed_raises_anything_else(
    lasting: tuple[Settings, LoadBalancer], claims: object
) -> None:
    settings, balancer = lasting
    try:
        found = by_token(settings, signed(balancer.header(), claims, es256(balancer.key)))
    except NotClaimed:
        return
    assert found.name.isascii()
    assert found.label.isprintable()


# What the server makes of the names of headers


@pytest.fixture(scope="module")
def production_server() -> Iterator[int]:
    """granian, as the portal starts it, around an application that says which headers it got."""
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-m", "tests.support.load_balancer", str(port)], cwd=REPOSITORY
    ) as server:
        try:
            eventually(lambda: listens(port), bool, 20)
            yield port
        finally:
            server.terminate()


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def received(port: int, *headers: tuple[str, bytes]) -> dict[str, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.putrequest("GET", "/")
    for name, value in headers:
        connection.putheader(name, value)
    connection.endheaders()
    found: dict[str, str] = json.loads(connection.getresponse().read())
    connection.close()
    return found


def test_a_client_can_spell_a_name_with_hyphens_in_another_way(production_server: int) -> None:
    """Why such a name needs a proxy that drops headers with underscores."""
    smuggled = ("X-Forwarded-User", b"alice"), ("X_Forwarded_User", b"mallory")
    settings = replace(PLAIN, user_header="X-Forwarded-User")
    assert claimed(settings, received(production_server, *smuggled)).name == "mallory"


@pytest.mark.parametrize(
    "other",
    ["portaluser", "PORTALUSER", "Portal_User", "Portal-User", "_PortalUser", "Portal.User"],
)
def test_a_name_without_hyphens_has_no_other_spelling(production_server: int, other: str) -> None:
    for pair in (
        [("PortalUser", b"alice"), (other, b"mallory")],
        [(other, b"mallory"), ("PortalUser", b"alice")],
    ):
        headers = received(production_server, *pair)
        if other.lower() == "portaluser":
            assert refusal(PLAIN, headers) == Kind.BAD_NAME
        else:
            assert claimed(PLAIN, headers).name == "alice"


def test_a_name_that_is_not_ascii_does_not_arrive(production_server: int) -> None:
    for value in ("josé".encode(), "josé".encode("latin-1")):
        headers = received(production_server, ("PortalUser", value))
        assert refusal(PLAIN, headers) == Kind.NO_HEADER
