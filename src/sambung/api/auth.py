"""Who is calling, and may they: session cookie (with CSRF header), bearer session token, or API key."""

import hmac
from typing import Annotated, Any

from fastapi import Depends, Request

from sambung.api.context import Caller, address_of, services_of
from sambung.core import api_keys, permissions, sessions
from sambung.core.events import Actor
from sambung.kit.problems import Problem

COOKIE = "sambung_session"
READS = frozenset({"GET", "HEAD", "OPTIONS"})


class SignedOut(Problem):
    status = 401
    text = {"en": "Please sign in.", "id": "Silakan masuk dulu."}


class ForgedRequest(Problem):
    status = 403
    text = {
        "en": "The request lacks the session's X-CSRF-Token.",
        "id": "Permintaan tidak membawa X-CSRF-Token dari sesi ini.",
    }


async def caller_of(request: Request) -> Caller:
    """Who sends the request. Raises SignedOut, ForgedRequest."""
    known: Caller | None = getattr(request.state, "caller", None)
    if known is None:
        token, by_cookie = _token_of(request)
        known = await _find(request, token)
        if by_cookie and request.method not in READS:
            _check_csrf(request, token)
        request.state.caller = known
    return known


class _Requires:
    """A dependency that lets only those pass whose role has the permission."""

    def __init__(self, permission: str) -> None:
        self.permission = permission

    async def __call__(self, request: Request) -> Caller:
        caller = await caller_of(request)
        caller.must(self.permission)
        return caller


def requires(permission: str) -> Any:
    """`who: Annotated[Caller, requires("conversation.read")]`. Raises SignedOut, ForgedRequest, NotAllowed."""
    if permission not in permissions.ADMIN:
        raise ValueError(f"no role has the permission {permission}")
    return Depends(_Requires(permission))


SignedIn = Annotated[Caller, Depends(caller_of)]
"""Anybody who is signed in."""


def _token_of(request: Request) -> tuple[str, bool]:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip(), False
    token = request.cookies.get(COOKIE, "")
    if not token:
        raise SignedOut
    return token, True


async def _find(request: Request, token: str) -> Caller:
    if token.startswith(sessions.PREFIX):
        return await _person(request, token)
    if token.startswith(api_keys.PREFIX):
        return await _program(request, token)
    raise SignedOut


async def _person(request: Request, token: str) -> Caller:
    store = services_of(request).store
    row = await store.read(sessions.find, token)
    if row is None:
        raise SignedOut
    if sessions.worth_moving(row):
        await store.write(sessions.move_on, row.account, row.id)
    return Caller(
        account=row.account,
        actor=Actor("user", row.user),
        role=row.role,
        permissions=permissions.of(row.role),
        language=row.language,
        address=address_of(request),
        user=row.user,
        session=row.id,
        token=token,
    )


async def _program(request: Request, token: str) -> Caller:
    store = services_of(request).store
    row = await store.read(api_keys.find, token)
    if row is None:
        raise SignedOut
    if api_keys.worth_noting(row):
        await store.write(api_keys.used, row.account, row.id)
    return Caller(
        account=row.account,
        actor=Actor("api_key", row.id),
        role=row.role,
        permissions=permissions.of(row.role),
        language="en",
        address=address_of(request),
    )


def _check_csrf(request: Request, token: str) -> None:
    given = request.headers.get("x-csrf-token", "")
    if not hmac.compare_digest(given.encode(), sessions.csrf_of(token).encode()):
        raise ForgedRequest
