"""The HTTP edge: whatever goes wrong becomes a problem document (RFC 9457) in the caller's language."""

import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse

from sambung.api.auth import ForgedRequest, SignedOut
from sambung.api.context import NotAllowed
from sambung.api.languages import language_of
from sambung.api.validation import Unfit, field_errors
from sambung.kit.problems import FieldError, Invalid, NotFound, Problem

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"


class WrongField(BaseModel):
    pointer: str
    message: str


class ProblemDocument(BaseModel):
    """RFC 9457. `type` names the kind and never changes; `title` is for people."""

    type: str
    title: str
    status: int
    detail: str = ""
    errors: list[WrongField] = []


class MethodNotAllowed(Problem):
    status = 405
    text = {"en": "That cannot be done with this.", "id": "Itu tidak bisa dilakukan di sini."}


class TooLarge(Problem):
    status = 413
    text = {"en": "That is too large.", "id": "Ukurannya terlalu besar."}


class TooManyRequests(Problem):
    """seconds: how long to wait."""

    status = 429
    text = {
        "en": "Too many requests. Try again in {seconds} seconds.",
        "id": "Terlalu banyak permintaan. Coba lagi dalam {seconds} detik.",
    }


class Unreadable(Problem):
    status = 400
    text = {"en": "The request cannot be read.", "id": "Permintaan tidak dapat dibaca."}


class OurFault(Problem):
    status = 500
    text = {
        "en": "Something broke on our side. It has been noted.",
        "id": "Ada yang rusak di pihak kami. Sudah kami catat.",
    }


_OF_STATUS: dict[int, type[Problem]] = {
    kind.status: kind
    for kind in (Unreadable, SignedOut, NotFound, MethodNotAllowed, TooLarge, Invalid)
}


def answer(request: HTTPConnection, problem: Problem) -> JSONResponse:
    """The problem as a response."""
    language = language_of(request)
    errors: Sequence[FieldError] = problem.errors
    if isinstance(problem, Unfit):
        errors = field_errors(problem.found, language, under=problem.under)
    body: dict[str, Any] = {
        "type": problem.type,
        "title": problem.title(language),
        "status": problem.status,
        "detail": problem.detail,
        "errors": [{"pointer": e.pointer, "message": e.message} for e in errors],
    }
    headers = {"Content-Language": language}
    if "seconds" in problem.values:
        headers["Retry-After"] = str(problem.values["seconds"])
    if problem.status == SignedOut.status:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(body, problem.status, headers, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Answer every error of the app."""

    @app.exception_handler(Problem)
    async def on_problem(request: Request, error: Problem) -> JSONResponse:
        return answer(request, error)

    @app.exception_handler(RequestValidationError)
    async def on_invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        return answer(request, Unfit(error.errors()))

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> JSONResponse:
        kind = _OF_STATUS.get(error.status_code, Unreadable)
        response = answer(request, kind())
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(Exception)
    async def on_anything(request: Request, error: Exception) -> JSONResponse:
        log.error("%s %s failed", request.method, request.url.path, exc_info=error)
        return answer(request, OurFault())


def problems(*kinds: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """For a route's `responses`: the problems it may answer with."""
    by_status: dict[int | str, list[type[Problem]]] = {}
    for kind in kinds:
        by_status.setdefault(kind.status, []).append(kind)
    return {status: _response(named) for status, named in by_status.items()}


def _response(kinds: Sequence[type[Problem]]) -> dict[str, Any]:
    named = "; ".join(f"`{kind().type}` {kind.text['en']}" for kind in kinds)
    schema = {"$ref": "#/components/schemas/ProblemDocument"}
    phrase = HTTPStatus(int(kinds[0].status)).phrase
    return {"description": f"{phrase}: {named}", "content": {MEDIA_TYPE: {"schema": schema}}}


ALWAYS = problems(SignedOut, NotAllowed, ForgedRequest, Invalid, TooManyRequests, TooLarge)
"""What any route for people who are signed in may answer."""
