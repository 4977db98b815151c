"""The page of the demo's logins. It exists only where the site was started by `temis demo`."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from temis.accounts.models import User
from temis.core.http import public_page
from temis.demo import accounts
from temis.demo.cast import demo_cast


@public_page
@never_cache
def logins(request: HttpRequest) -> HttpResponse:
    """Who can be tried, with the code that an authenticator app would show now."""
    cast = demo_cast()
    users = User.objects.in_bulk([login.person_code for login in cast], field_name="username")
    rows = [
        {"login": login, "user": users[login.person_code], "code": accounts.current_code(users[login.person_code])}
        for login in cast
        if login.person_code in users
    ]
    return render(request, "demo/logins.html", {"rows": rows, "password": accounts.PASSWORD})
