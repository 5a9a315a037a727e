"""The secret that a business's system signs its posts with, and that we sign ours with."""

from pydantic import BaseModel, SecretStr

from sambung.channels import Rejected, Request
from sambung.channels._rest.fields import asked, every, previous
from sambung.kit import clock, standard_webhooks


class SecretConfig(BaseModel):
    secret: SecretStr = asked(
        "Signing secret",
        "Both sides sign what they post with it. At least 16 characters; make it random.",
        "Rahasia penanda tangan",
        "Kedua pihak menandatangani kirimannya dengan ini. Paling sedikit 16 karakter; buat acak.",
        min_length=16,
    )
    secret_previous: SecretStr | None = previous(
        "Previous signing secret", "Rahasia penanda tangan sebelumnya"
    )

    @property
    def secrets(self) -> tuple[str, ...]:
        """All that a post may be signed with now."""
        return every(self.secret, self.secret_previous)


def check(request: Request, config: SecretConfig) -> None:
    """Raises Rejected unless one who knows the secret posted this."""
    if not standard_webhooks.signed(request.headers, request.body, config.secrets, clock.now()):
        raise Rejected("the signature is missing, wrong or stale")
