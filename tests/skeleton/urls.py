"""URLs with one view of each kind, so that the middleware is tested apart from the pages."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.urls import path


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"inside: {request.method}")


@login_not_required
def login(request: HttpRequest) -> HttpResponse:
    # A function of its own: the decorator marks the very function it is given.
    return HttpResponse("log in here")


def missing(request: HttpRequest) -> HttpResponse:
    raise Http404


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a bug, with allowed in its message")


def streamed(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse([b"a", b"b"])


def moved(request: HttpRequest) -> HttpResponseRedirect:
    return HttpResponseRedirect("/page/")


urlpatterns = [
    path("admin/", admin.site.urls),
    path("login/", login, name="login"),
    path("page/", page, name="home"),
    path("missing/", missing),
    path("broken/", broken),
    path("streamed/", streamed),
    path("moved/", moved),
    path("api/things", page),
]
