"""From what an examination found to its checks: sentences, advice and statements."""

from dataclasses import dataclass
from enum import StrEnum

from experiments.domain import iam
from experiments.domain.diagnosis import Check, State
from experiments.domain.problem import DENIAL, Kind, Problem

# AWS refuses signatures whose time is further off than this, in seconds.
AWS_TOLERATES = 300
# A clock that is kept by NTP is never this far off.
WORTH_A_WARNING = 60

METHODS = {
    "env": "from the variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    "shared-credentials-file": "from ~/.aws/credentials",
    "config-file": "from ~/.aws/config",
    "assume-role": "temporary ones of a role",
    "assume-role-with-web-identity": "temporary ones of a role, by a web identity",
    "sso": "from IAM Identity Center",
    "login": "from a login of the AWS CLI",
    "custom-process": "from the profile’s credential_process",
    "container-role": "from the role of the container",
    "iam-role": "from the role of the instance",
}


class Connection(StrEnum):
    """How a request without a signature reached the source's endpoint, or why it did not."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    PLAIN_ON_THIS_MACHINE = "plain on this machine"
    PLAIN = "plain"
    CERTIFICATE = "certificate"
    NO_TLS = "no TLS"
    PROXY = "proxy"
    SILENT = "silent"
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """What signs a source's calls. ``caller`` is who asked for the role, where that is known."""

    signed: bool = True
    method: str = ""
    problem: Problem | None = None
    role_arn: str | None = None
    external_id: bool = False
    caller: str | None = None


def settings(mistake: str | None) -> Check:
    if mistake is None:
        return Check(name="settings", state=State.WORKS, said="They make a client.")
    return Check(name="settings", state=State.FAILS, said=f"{mistake}.")


def connection(found: Connection, endpoint: str) -> Check:
    state, said, advice = _CONNECTIONS[found]
    return Check(name="connection", state=state, said=said.format(endpoint=endpoint), advice=advice)


_CONNECTIONS = {
    Connection.VERIFIED: (
        State.WORKS,
        "{endpoint} answers, and its certificate is verified.",
        "",
    ),
    Connection.UNVERIFIED: (
        State.WARNS,
        "{endpoint} answers, and nobody verifies its certificate: verify_ssl is false.",
        (
            "Whoever stands between could read and change the answers. If the certificate is one "
            "of your own, name its authority with ca_bundle instead."
        ),
    ),
    Connection.PLAIN_ON_THIS_MACHINE: (
        State.WORKS,
        "{endpoint} answers, without TLS, on this machine.",
        "",
    ),
    Connection.PLAIN: (
        State.WARNS,
        "{endpoint} answers, without TLS.",
        (
            "Whoever stands between can read and change the answers. Let endpoint_url begin with "
            "https://."
        ),
    ),
    Connection.CERTIFICATE: (
        State.FAILS,
        "The certificate of {endpoint} is not trusted, or is not for this host.",
        (
            "Where a proxy or a private endpoint has a certificate of your own authority, name a "
            "file of that authority’s certificates with ca_bundle, or with AWS_CA_BUNDLE for all "
            "sources."
        ),
    ),
    Connection.NO_TLS: (
        State.FAILS,
        "What listens at {endpoint} does not speak TLS.",
        "Look at endpoint_url: at its port, and whether it should begin with http://.",
    ),
    Connection.PROXY: (
        State.FAILS,
        "The proxy in front of {endpoint} cannot be reached or lets nothing through.",
        "Look at HTTPS_PROXY and NO_PROXY of the portal’s environment.",
    ),
    Connection.SILENT: (
        State.FAILS,
        "{endpoint} does not answer in time.",
        (
            "Look for a firewall or a security group that drops packets, or for connect_timeout "
            "and read_timeout that are too short."
        ),
    ),
    Connection.NOWHERE: (
        State.FAILS,
        "No connection to {endpoint}: its name is not known, or nobody listens there.",
        "Look at region and endpoint_url, and at the name server and the routes of this machine.",
    ),
}


def credentials(signing: Signing, refused: Problem | None) -> Check:
    """``refused`` is what AWS said to a call that was signed with them, if it was about them."""
    if not signing.signed and refused is None:
        said = "None are used: sign_requests is false."
        return Check(name="credentials", state=State.WORKS, said=said)
    if not signing.signed:
        said = "None are used, since sign_requests is false, and AWS asks for some."
        advice = "Leave sign_requests out, unless what stands at endpoint_url signs by itself."
        return Check(name="credentials", state=State.FAILS, said=said, advice=advice)
    if signing.problem is not None:
        return _without_credentials(signing, signing.problem)
    if refused is not None:
        return Check(
            name="credentials",
            state=State.FAILS,
            said=f"AWS does not accept them{_code(refused)}: {_method(signing)}.",
            advice="They have expired or are unknown, or the clock of this machine is wrong. Renew "
            "them; portals that were running before they were there have to be started again.",
        )
    of = f": {signing.role_arn}" if signing.role_arn else ""
    said = f"There are some, {_method(signing)}{of}."
    return Check(name="credentials", state=State.WORKS, said=said)


def _without_credentials(signing: Signing, problem: Problem) -> Check:
    if problem.kind in {Kind.UNREACHABLE, Kind.THROTTLED}:
        why = "asks to slow down" if problem.kind is Kind.THROTTLED else "cannot be reached"
        return Check(
            name="credentials",
            state=State.FAILS,
            said=f"There are none: what gives them, such as AWS STS, {why}{_code(problem)}.",
            advice="STS is asked at its address in the source’s region, at AWS_ENDPOINT_URL_STS or "
            "at the profile’s endpoint_url, never at the source’s. A network without a way out "
            "needs a VPC endpoint of STS.",
        )
    if signing.role_arn is None or problem.code not in DENIAL:
        whose = f" to assume {signing.role_arn} with" if signing.role_arn else ""
        return Check(
            name="credentials",
            state=State.FAILS,
            said=f"There are none{whose} that could be used{_code(problem)}.",
            advice="Configure them as for the AWS CLI: profile in the source’s table, the AWS "
            "variables, ~/.aws, or a role of the instance or container; or log in again.",
        )
    who = f" by {signing.caller}" if signing.caller else ""
    trust = iam.trusting(signing.role_arn, signing.caller, external_id=signing.external_id)
    return Check(
        name="credentials",
        state=State.FAILS,
        said=f"The role {signing.role_arn} cannot be assumed{who}{_code(problem)}.",
        advice="Both of these are needed, in two policies, and the external id has to be the same "
        "in the trust policy and in the file.",
        statements=(iam.assuming(signing.role_arn), trust),
    )


def account(arn: str | None) -> Check:
    if arn is None:
        said = "Whose they are is not known: AWS STS does not say. No page needs it."
        return Check(name="account", state=State.UNKNOWN, said=said)
    return Check(name="account", state=State.WORKS, said=f"{iam.account_of(arn)}, as {arn}.")


def permission(
    name: str, action: str, problem: Problem | None, statement: iam.Statement, *, reached: bool
) -> Check:
    """Whether AWS lets the portal make one sort of calls; ``reached`` whether it answers at all."""
    if problem is None:
        return Check(name=name, state=State.WORKS, said=f"{action} is allowed.")
    if problem.kind is Kind.ACCESS_DENIED:
        return Check(
            name=name,
            state=State.FAILS,
            said=f"AWS denies {action}{_code(problem)}.",
            advice="This statement is missing. If it is there, something else denies: an explicit "
            "Deny, a permissions boundary, a policy of the organisation or of a VPC endpoint.",
            statements=(statement,),
        )
    if problem.kind is Kind.EXPIRED_CREDENTIALS or not reached:
        return not_examined(name)
    if problem.kind is Kind.THROTTLED:
        said = f"AWS asks to slow down{_code(problem)}, so it is not known."
        return Check(name=name, state=State.UNKNOWN, said=said, advice="Try again in a minute.")
    if problem.kind is Kind.UNREACHABLE:
        said = f"AWS gives no answer to {action}{_code(problem)}."
        return Check(name=name, state=State.FAILS, said=said, advice="Try again in a minute.")
    return Check(
        name=name,
        state=State.FAILS,
        said=f"What answers to {action} is not SageMaker as the portal knows it{_code(problem)}.",
        advice="Look at endpoint_url, and at proxies that answer by themselves.",
    )


def not_examined(name: str) -> Check:
    return Check(name=name, state=State.UNKNOWN, said="Not known before the rest works.")


def clock(ahead: float | None) -> Check:
    """``ahead`` is by how many seconds this machine's clock is before AWS's."""
    if ahead is None:
        return not_examined("clock")
    off = abs(round(ahead))
    if off <= WORTH_A_WARNING:
        return Check(name="clock", state=State.WORKS, said="This machine’s agrees with AWS’s.")
    said = f"This machine’s is {off} s {'ahead of' if ahead > 0 else 'behind'} AWS’s."
    if off < AWS_TOLERATES:
        advice = "AWS refuses signatures from five minutes on. Let NTP set the clock."
        return Check(name="clock", state=State.WARNS, said=said, advice=advice)
    advice = "AWS refuses what it signs. Let NTP set the clock."
    return Check(name="clock", state=State.FAILS, said=said, advice=advice)


def _method(signing: Signing) -> str:
    return METHODS.get(signing.method, f"by {signing.method}")


def _code(problem: Problem) -> str:
    return f" ({problem.code})" if problem.code else ""
