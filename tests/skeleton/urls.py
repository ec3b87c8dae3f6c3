"""The project's URLs, after one view of each kind, so that the middleware is tested apart from the pages."""

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.urls import path

from nanopolicy.urls import urlpatterns as own


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"inside: {request.method}")


def missing(request: HttpRequest) -> HttpResponse:
    raise Http404


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("the inner-workings, which nobody is shown")


def streamed(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse([b"a", b"b"])


def moved(request: HttpRequest) -> HttpResponseRedirect:
    return HttpResponseRedirect("/page/")


urlpatterns = [
    path("page/", page),
    path("missing/", missing),
    path("broken/", broken),
    path("streamed/", streamed),
    path("moved/", moved),
    path("api/things", page),
    *own,
]
