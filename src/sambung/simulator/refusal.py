"""How a provider says no."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response


class Refusal(Exception):
    """The provider's answer to a call that it does not take: status, body (JSON or text), headers."""

    def __init__(
        self, status: int, body: object = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body
        self.headers = headers

    def response(self) -> Response:
        """What the business gets."""
        if isinstance(self.body, str):
            return Response(self.body, self.status, self.headers)
        return JSONResponse(self.body or {}, self.status, self.headers)


async def refuse(request: Request, error: Exception) -> Response:
    """The exception handler of every stand-in's API."""
    assert isinstance(error, Refusal)
    return error.response()
