"""Signing in and out, and what people change about themselves."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from sambung.api.auth import COOKIE, SignedIn
from sambung.api.bodies import AnyPassword, Body, Email, Language, Name, NewPassword
from sambung.api.context import Caller, Services, Serving, address_of
from sambung.api.errors import ALWAYS, problems
from sambung.api.users import UserShape
from sambung.core import accounts, audit, sessions, sign_in, users
from sambung.core.sign_in import TooManyAttempts, WrongCredentials
from sambung.kit import passwords
from sambung.kit.db import Tx
from sambung.kit.problems import Problem

router = APIRouter(prefix="/session", tags=["session"], responses=ALWAYS)


class AccountShape(BaseModel):
    id: UUID
    name: str
    timezone: str
    language: str


class SessionShape(BaseModel):
    """csrf: to be sent as X-CSRF-Token with each write by cookie. user: null for an API key."""

    csrf: str
    user: UserShape | None
    account: AccountShape


class NewSession(SessionShape):
    token: str


class SignIn(Body):
    email: Email
    password: AnyPassword
    otp: str | None = None


class SelfChange(Body):
    name: Name | None = None
    language: Language | None = None
    preferences: dict[str, Any] | None = None


class PasswordChange(Body):
    current: AnyPassword
    new: NewPassword


class OnlyForPeople(Problem):
    status = 403
    text = {"en": "An API key is no person.", "id": "Kunci API bukan orang."}


@router.post("", status_code=201, responses=problems(WrongCredentials, TooManyAttempts))
async def sign_in_(body: SignIn, request: Request, response: Response, at: Serving) -> NewSession:
    """Sign in. The token is also set as a cookie; programs send it as a bearer token."""
    address = address_of(request)
    await at.store.write(sign_in.attempt, email=body.email, address=address)
    row = await at.store.read(users.by_email, body.email)
    usable = row is not None and row.status == users.ACTIVE
    # As slow for an unknown address as for a known one, so that nobody learns which exist.
    right = await passwords.matches_soon(row.password if usable else None, body.password)
    if not right:
        raise WrongCredentials
    weak = passwords.outdated(row.password)
    token = await at.store.write(
        sign_in.succeeded,
        row.account,
        user=row.id,
        email=body.email,
        address=address,
        device=request.headers.get("user-agent", ""),
        rehashed=await passwords.hash_soon(body.password) if weak else None,
    )
    _set_cookie(response, token, at, request)
    shape = await at.store.read(_session, row.account, row.id, token)
    return NewSession(token=token, **shape)


@router.get("")
async def get_session(who: SignedIn, at: Serving) -> SessionShape:
    """Who I am."""
    return SessionShape(**await at.store.read(_session, who.account, who.user, who.token))


@router.delete("", status_code=204)
async def sign_out(who: SignedIn, response: Response, at: Serving) -> None:
    """Sign out on this device."""
    if who.session is not None:
        await at.store.write(sessions.end, who.account, who.session)
    response.delete_cookie(COOKIE, path="/")


@router.patch("/user", responses=problems(OnlyForPeople))
async def change_self(body: SelfChange, who: SignedIn, at: Serving) -> UserShape:
    """Change my name, language or preferences; preferences are merged by their first level."""
    given = body.model_dump(exclude_none=True)
    return UserShape.of(await at.store.write(_change_self, who.account, _person(who), who, given))


@router.put(
    "/password",
    status_code=204,
    responses=problems(OnlyForPeople, WrongCredentials, TooManyAttempts),
)
async def change_password(body: PasswordChange, who: SignedIn, at: Serving) -> None:
    """Change my password; every other device is signed out."""
    user = _person(who)
    row = await at.store.read(users.get, who.account, user)
    await at.store.write(sign_in.attempt, email=row.email, address=who.address)
    if not await passwords.matches_soon(row.password, body.current):
        raise WrongCredentials
    hashed = await passwords.hash_soon(body.new)
    await at.store.write(_change_password, who.account, user, who, hashed)


def _person(who: Caller) -> UUID:
    if who.user is None:
        raise OnlyForPeople
    return who.user


def _set_cookie(response: Response, token: str, at: Services, request: Request) -> None:
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(sessions.LIFE.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=at.settings.https or request.url.scheme == "https",
    )


def _session(tx: Tx, account: UUID, user: UUID | None, token: str) -> dict[str, Any]:
    business = accounts.get(tx, account)
    return {
        "csrf": sessions.csrf_of(token) if user else "",
        "user": UserShape.of(users.get(tx, account, user)) if user else None,
        "account": AccountShape(
            id=account,
            name=business.name,
            timezone=business.timezone,
            language=business.language,
        ),
    }


def _change_self(tx: Tx, account: UUID, user: UUID, who: Caller, given: dict[str, Any]) -> Any:
    if "preferences" in given:
        kept = users.get(tx, account, user).preferences
        given = given | {"preferences": {**kept, **given["preferences"]}}
    users.change(tx, account, user, by=who.actor, **given)
    return users.get(tx, account, user)


def _change_password(tx: Tx, account: UUID, user: UUID, who: Caller, hashed: str) -> None:
    users.change(tx, account, user, by=who.actor, password=hashed)
    sessions.end_all(tx, account, user, but=who.session)
    audit.did(tx, account, "user.password_changed", by=who.actor, subject=user, address=who.address)
