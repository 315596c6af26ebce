"""What wallets ask for over HTTP. No session and no cookie: each request carries what entitles it, or asks what anybody may know."""

from collections.abc import Callable
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from onething.core.db import get_database
from onething.wallets import addresses, metadata, offers, questions, status_lists
from onething.wallets.errors import WalletError

router = APIRouter(include_in_schema=False)
NEVER_KEPT = {"Cache-Control": "no-store"}
PUBLIC = {"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"}
MOST = 256 * 1024


def _answer(work: Callable[[], dict[str, Any]], headers: dict[str, str] = NEVER_KEPT) -> Response:
    try:
        return JSONResponse(work(), headers=headers)
    except WalletError as error:
        return _told(error)


def _told(error: WalletError) -> Response:
    headers = NEVER_KEPT | ({"WWW-Authenticate": f'Bearer error="{error.error}"'} if error.status == 401 else {})
    return JSONResponse({"error": error.error, "error_description": error.why}, error.status, headers=headers)


# -- what anybody may read


@router.get(addresses.ISSUER_PLACE)
def issuer() -> Response:
    return _answer(metadata.issuer, PUBLIC)


@router.get(addresses.SERVER_PLACE)
def server() -> Response:
    return _answer(metadata.authorization_server, PUBLIC)


@router.get(addresses.KEYS_PLACE)
def keys() -> Response:
    return _answer(metadata.agencies_keys, PUBLIC)


@router.get(addresses.KINDS + "/{kind_id}")
def kind(kind_id: str) -> Response:
    found = metadata.type_metadata(kind_id)
    return JSONResponse(found, headers=PUBLIC) if found else _told(WalletError("invalid_request", "no such kind", 404))


@router.get(addresses.LISTS + "/{number}")
def status(number: str) -> Response:
    text = None
    if number.isascii() and number.isdigit() and len(number) < 9:
        with get_database().reading() as session:
            text = status_lists.token(session, int(number), get_database().url)
    if text is None:
        return _told(WalletError("invalid_request", "no such list", 404))
    return Response(text, media_type="application/statuslist+jwt", headers=PUBLIC)


# -- a certificate into a wallet


@router.get(addresses.OFFERS + "/{token}")
def offer(token: str) -> Response:
    with get_database().reading() as session:
        return _answer(lambda: offers.read(session, token))


@router.post(addresses.TOKEN)
async def token(request: Request) -> Response:
    form = await _form(request)
    if form.get("grant_type") != metadata.PRE_AUTHORIZED:
        return _told(WalletError("unsupported_grant_type", "only the pre-authorized code grant"))

    def redeem() -> dict[str, Any] | WalletError:
        with get_database().transaction() as session:
            return offers.redeem(session, form.get("pre-authorized_code", ""), form.get("tx_code", ""))

    found = await run_in_threadpool(redeem)
    return _told(found) if isinstance(found, WalletError) else JSONResponse(found, headers=NEVER_KEPT)


@router.post(addresses.NONCE)
def nonce() -> Response:
    return JSONResponse({"c_nonce": offers.nonce()}, headers=NEVER_KEPT)


@router.post(addresses.CREDENTIAL)
async def credential(request: Request) -> Response:
    kind, _, access = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not access:
        return _told(WalletError("invalid_token", "an access token is needed", 401))
    try:
        asked = await _json(request)
    except ValueError:
        return _told(WalletError("invalid_credential_request", "the body is no JSON object"))

    def fetch() -> Response:
        try:
            with get_database().transaction() as session:
                return JSONResponse(offers.fetch(session, access.strip(), asked), headers=NEVER_KEPT)
        except WalletError as error:
            return _told(error)

    return await run_in_threadpool(fetch)


# -- a certificate shown from a wallet


@router.get(addresses.QUESTIONS + "/{question_id}")
def question(question_id: str) -> Response:
    try:
        with get_database().reading() as session:
            text = questions.signed_question(session, question_id)
    except WalletError as error:
        return _told(error)
    return Response(text, media_type=f"application/{questions.QUESTION_TYPE}", headers=NEVER_KEPT)


@router.post(addresses.ANSWERS + "/{question_id}")
async def answer(request: Request, question_id: str) -> Response:
    form = await _form(request)

    def take() -> Response:
        try:
            with get_database().transaction() as session:
                questions.answered(session, question_id, form)
        except WalletError as error:
            return _told(error)
        return JSONResponse({}, headers=NEVER_KEPT)

    return await run_in_threadpool(take)


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form, texts alone; what is no form has none."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return {}
    found = await request.form(max_fields=20)
    return {name: value for name, value in found.items() if not isinstance(value, UploadFile)}


async def _json(request: Request) -> Any:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST:
            raise ValueError("too long")
    return orjson.loads(body)
