"""Signing in and out, and one's own password."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import PasswordChangeForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from experiments import audit
from experiments.domain.person import Person
from experiments.people import identity, openid, throttling
from experiments.people.forms import SignInForm
from experiments.people.landing import landing
from experiments.people.middleware import ask_to_sign_in
from experiments.people.models import User
from experiments.people.pages import away
from experiments.store.availability import Unavailable, reads, writes


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The page that everybody else is sent to; from here they go where they wanted to."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    try:
        if identity.person(request) is not None:
            return HttpResponseRedirect(landing(request, wanted))
        page = {
            "next": landing(request, wanted) if wanted else "",
            "form": SignInForm(),
            "provider": settings.PORTAL_OPEN_ID.name if settings.PORTAL_OPEN_ID else "",
        }
        if request.method != "POST" or settings.PORTAL_LOGIN != "password":
            # Why somebody is here again; a word of a closed list, never the provider's text.
            page["because"] = request.GET.get("because", "")
            return render(request, "people/sign_in.html", page)
        form = page["form"] = SignInForm(request, data=request.POST)
        if throttling.is_spraying(request):
            return _refused(request, page, locked=True)
        with throttling.turn(), writes():
            known = form.is_valid()
        if not known:
            return _refused(request, page, locked=throttling.is_locked(request))
        user = form.get_user()
        if user.person() is None:
            audit.record(
                audit.Action.SIGN_IN_REFUSED, user.username, "no role", audit.address(request)
            )
            return render(request, "people/sign_in.html", page | {"because": "no-role"}, status=403)
        with writes():
            auth.login(request, user)
    except (Unavailable, throttling.Busy):
        return away(request)
    audit.record(audit.Action.SIGNED_IN, user.get_username(), "", audit.address(request))
    return HttpResponseRedirect(landing(request, wanted), status=303)


def _refused(request: HttpRequest, page: dict[str, object], *, locked: bool) -> HttpResponse:
    action = audit.Action.LOCKED_OUT if locked else audit.Action.SIGN_IN_REFUSED
    audit.record(action, request.POST.get("username", ""), "", throttling.address(request))
    page |= {"locked": locked, "minutes": round(settings.AXES_COOLOFF_TIME.total_seconds() / 60)}
    response = render(request, "people/sign_in.html", page, status=429 if locked else 422)
    if locked:
        response["Retry-After"] = str(round(settings.AXES_COOLOFF_TIME.total_seconds()))
    return response


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End every session of this person, and the provider's, where there is one."""
    person = identity.signed_in(request)
    if settings.PORTAL_LOGIN == "off":
        raise Http404
    if settings.PORTAL_PROXY is not None:
        if not settings.PORTAL_PROXY.sign_out_url:
            raise Http404
        audit.record(audit.Action.SIGNED_OUT, person)
        return HttpResponseRedirect(settings.PORTAL_PROXY.sign_out_url, status=303)
    elsewhere = openid.end_session_url(request) if settings.PORTAL_LOGIN == "oidc" else None
    try:
        with writes():
            end_sessions(person)
            auth.logout(request)
    except Unavailable:
        return away(request)
    audit.record(audit.Action.SIGNED_OUT, person)
    if elsewhere is not None:
        # A form's own redirect may not leave this site, which no page of it would follow either.
        response = render(request, "people/signed_out.html", {"elsewhere": elsewhere})
        response["Refresh"] = f"0;url={elsewhere}"
        return response
    here = f"{reverse('people:sign-in')}?{urlencode({'because': 'signed-out'})}"
    return HttpResponseRedirect(here, status=303)


def end_sessions(person: Person) -> None:
    assert person.pk is not None
    User.objects.get(pk=person.pk).end_sessions()
    identity.changed()


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Who somebody is to the portal, and what they may do."""
    person = identity.signed_in(request)
    return render(request, "people/account.html", {"groups": sorted(person.groups)})


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Another password, which ends every session but the one that chose it."""
    if settings.PORTAL_LOGIN != "password":
        raise Http404
    try:
        with reads():
            user = auth.get_user(request)
        if not isinstance(user, User):
            # Signed out in another process, a moment ago.
            return ask_to_sign_in(request)
        request.user = user
        form = PasswordChangeForm(user, request.POST or None)
        if request.method != "POST":
            return render(request, "people/password.html", {"form": form})
        person = identity.signed_in(request)
        if throttling.is_guessing(person):
            audit.record(audit.Action.LOCKED_OUT, person)
            page = {"form": PasswordChangeForm(user), "locked": True}
            return render(request, "people/password.html", page, status=429)
        with throttling.turn():
            known = form.is_valid()
        if not known:
            if "old_password" in form.errors:
                audit.record(audit.Action.SIGN_IN_REFUSED, person, throttling.HERE)
            return render(request, "people/password.html", {"form": form}, status=422)
        with writes():
            form.save()
            auth.update_session_auth_hash(request, user)
        identity.changed()
    except (Unavailable, throttling.Busy):
        return away(request)
    audit.record(audit.Action.PASSWORD_CHANGED, user.username, "", audit.address(request))
    return HttpResponseRedirect(reverse("people:account") + "?changed=1", status=303)
