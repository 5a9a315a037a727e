"""The page's calls for the mail app."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sambung.simulator.asked import body_of, download, found
from sambung.simulator.customers import People
from sambung.simulator.files import Files
from sambung.simulator.mailbox.mailboxes import Mail
from sambung.simulator.mailbox.provider import MailProvider


class MailApi:
    """Mails of everybody, read and written."""

    def __init__(self, people: People, mail: MailProvider, files: Files) -> None:
        self.people = people
        self.mail = mail
        self.files = files

    def routes(self) -> list[BaseRoute]:
        """To be mounted."""
        return [
            Route("/people/{person}/mails", self.mails),
            Route("/people/{person}/mails", self.write_mail, methods=["POST"]),
            Route("/mails/{mail}/reading", self.read_mail, methods=["POST"]),
            Route("/mails/{mail}/bounce", self.bounce_mail, methods=["POST"]),
            Route("/mails/{mail}/attachments/{index:int}", self.mail_attachment),
        ]

    async def mails(self, request: Request) -> Response:
        """Everything in a person's mailbox."""
        return JSONResponse(
            {
                "items": [
                    mail.as_json()
                    for mail in self.mail.boxes.of(
                        found(self.people.get(request.path_params["person"])).id
                    )
                ]
            }
        )

    async def write_mail(self, request: Request) -> Response:
        """A person sends a mail: `subject`, `text`, `answers` (a mail), `files`, `forged`."""
        person, wanted = (
            found(self.people.get(request.path_params["person"])),
            await body_of(request),
        )
        if not person.email:
            raise HTTPException(409, "has no mail address")
        answers = self.mail.boxes.get(str(wanted.get("answers") or ""))
        files = [found(self.files.get(str(file))) for file in wanted.get("files", [])]
        mail = self.mail.write(
            person,
            subject=str(wanted.get("subject", "")),
            text=str(wanted.get("text", "")),
            answers=answers,
            files=files,
            forged=bool(wanted.get("forged")),
        )
        return JSONResponse(mail.as_json(), status_code=201)

    async def read_mail(self, request: Request) -> Response:
        """A person opens a mail."""
        self.mail.open(self._mail(request))
        return Response(status_code=204)

    async def bounce_mail(self, request: Request) -> Response:
        """The provider sends a mail back after all: `code`."""
        code = str((await body_of(request)).get("code", "550"))
        self.mail.bounce_later(self._mail(request), code)
        return Response(status_code=204)

    async def mail_attachment(self, request: Request) -> Response:
        """A file that came with a mail."""
        try:
            name, mime, content = self._mail(request).attachment(request.path_params["index"])
        except IndexError:
            raise HTTPException(404) from None
        return download(name, mime, content)

    def _mail(self, request: Request) -> Mail:
        return found(self.mail.boxes.get(request.path_params["mail"]))
