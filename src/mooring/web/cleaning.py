"""What people type is cleaned at the door: format, direction and control characters, blanks that look empty.

A zero-width space in an e-mail address is an account that cannot sign in; a name of one is a patient without a
name; a direction override turns a line of the record round. None of them can be seen by whoever pastes them.
Passwords stay as they are typed.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, QueryDict

from mooring.words.names import clean_text


class CleanTypingMiddleware:
    """Every typed value of every form and query, before any view or form reads it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.GET = cleaned(request.GET)  # type: ignore[assignment]  # immutable again
        if request.method == "POST":
            request.POST = cleaned(request.POST)  # type: ignore[assignment]
        return self.get_response(request)


def cleaned(typed: QueryDict) -> QueryDict:
    """The same fields with clean values; the very object when there is nothing to clean."""
    dirty = {
        name: [clean_text(value) for value in values]
        for name, values in typed.lists()
        if "password" not in name and name not in PASSWORD_FIELDS and any(map(_may_be_dirty, values))
    }
    if not dirty:
        return typed
    clean = typed.copy()
    for name, values in dirty.items():
        clean.setlist(name, values)
    clean._mutable = False
    return clean


PASSWORD_FIELDS = ("again",)
"""The second typing of a password, where its field is not named so."""


def _may_be_dirty(value: str) -> bool:
    return not (value.isascii() and value.isprintable())
