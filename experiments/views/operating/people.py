"""The people that the portal knows: adding, changing and disabling them."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from experiments.domain.person import ROLES, Person, Role
from experiments.people import directory, identity
from experiments.people.models import NAME_LENGTH, User
from experiments.people.pages import away
from experiments.store.availability import Unavailable
from experiments.views.access import requires

A_PAGE = 100
MAX_GROUPS = 4_000


class PersonForm(forms.Form):
    """A role of one's own, and groups between commas."""

    role = forms.ChoiceField(
        choices=[("", "By groups"), *((word, word.capitalize()) for word in ROLES)], required=False
    )
    groups = forms.CharField(max_length=MAX_GROUPS, required=False)
    active = forms.BooleanField(required=False)

    def clean_groups(self) -> frozenset[str]:
        names = self.cleaned_data["groups"].replace("\n", ",").split(",")
        return frozenset(name.strip() for name in names if name.strip())


class NewPersonForm(PersonForm):
    """Somebody who signs in with a password."""

    username = forms.CharField(max_length=NAME_LENGTH)
    password = forms.CharField(
        max_length=1_000, strip=False, widget=forms.PasswordInput(render_value=False)
    )


@requires(Role.OPERATOR)
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """Everybody by name, and a form for somebody new."""
    if settings.PORTAL_LOGIN == "off":
        raise Http404
    form, status = NewPersonForm(), 200
    try:
        if request.method == "POST":
            form, status = NewPersonForm(request.POST), 422
            if settings.PORTAL_LOGIN == "password" and form.is_valid() and _added(request, form):
                return HttpResponseRedirect(reverse("operating:people"), status=303)
        search, after = _text(request, "q"), _text(request, "after")
        found = directory.page(limit=A_PAGE + 1, after=after, search=search)
    except Unavailable:
        return away(request)
    page = {
        "people": found[:A_PAGE],
        "next": found[A_PAGE - 1].username if len(found) > A_PAGE else "",
        "after": after,
        "search": search,
        "form": form,
    }
    return render(request, "operating/people.html", page, status=status)


@requires(Role.OPERATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One person; what of them an identity provider decides cannot be changed here."""
    try:
        entry = directory.get(pk)
        if entry is None:
            raise Http404
        form = PersonForm(request.POST or None)
        problem, status = "", 200
        if request.method == "POST":
            problem, status = _change(request, pk, form), 422
            if not problem:
                return _saved(pk)
    except Unavailable:
        return away(request)
    page = {"entry": entry, "form": form, "problem": problem}
    return render(request, "operating/person.html", page, status=status)


@requires(Role.OPERATOR)
@sensitive_post_parameters("password")
@require_POST
def set_password(request: HttpRequest, pk: int) -> HttpResponse:
    """Another password for somebody who has forgotten theirs."""
    if settings.PORTAL_LOGIN != "password":
        raise Http404
    try:
        entry = directory.get(pk)
        if entry is None:
            raise Http404
        if pk == _operator(request).pk:
            # One's own is changed by who knows the old one, and keeps the session.
            return HttpResponseRedirect(reverse("people:password"), status=303)
        directory.set_password(pk, request.POST.get("password", "")[:1_000], _operator(request))
    except Unavailable:
        return away(request)
    except ValidationError as error:
        page = {"entry": entry, "form": PersonForm(), "refused": error.messages}
        return render(request, "operating/person.html", page, status=422)
    return _saved(pk)


@requires(Role.OPERATOR)
@require_POST
def end_sessions(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign somebody out everywhere."""
    try:
        directory.end_sessions(pk, _operator(request))
    except User.DoesNotExist:
        raise Http404 from None
    except Unavailable:
        return away(request)
    return _saved(pk)


def _text(request: HttpRequest, name: str) -> str:
    # PostgreSQL takes no NUL.
    return request.GET.get(name, "").replace("\0", "").strip()[:NAME_LENGTH]


def _saved(pk: int) -> HttpResponse:
    address = reverse("operating:person", args=[pk])
    return HttpResponseRedirect(f"{address}?saved=1", status=303)


def _added(request: HttpRequest, form: NewPersonForm) -> bool:
    new = form.cleaned_data
    try:
        directory.add(
            new["username"], new["password"], new["role"], new["groups"], _operator(request)
        )
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    return True


def _change(request: HttpRequest, pk: int, form: PersonForm) -> str:
    """What is wrong with it, or nothing where it has been changed."""
    if not form.is_valid():
        return "Choose a role of the list, and groups of fewer letters."
    new = form.cleaned_data
    groups = new["groups"] if settings.PORTAL_LOGIN == "password" else None
    try:
        directory.change(
            pk, own_role=new["role"], groups=groups, active=new["active"], by=_operator(request)
        )
    except directory.LastOperator:
        return "Nobody could undo this: no other operator would be left."
    except User.DoesNotExist:
        raise Http404 from None
    return ""


def _operator(request: HttpRequest) -> Person:
    return identity.signed_in(request)
