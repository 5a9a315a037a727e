"""How long files are kept: after so many days they are forgotten, while what was said stays."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from sambung.core import files
from sambung.core.files import File
from sambung.core.messages import Attachment
from sambung.kit.db import Tx

EXPIRE = "expire_files"
"""Job: forget an account's files that are older than it says."""
SLICE = 200
"""Files of one transaction."""


def expire(tx: Tx, account: UUID, before: datetime, *, limit: int = SLICE) -> int:
    """Forget the oldest files from before a moment, at most so many; how many there were."""
    old = select(File.id).where(File.account == account, File.at < before)
    these = tx.values(old.order_by(File.at).limit(limit))
    if not these:
        return 0
    variants = Attachment.account == account, Attachment.variant.in_(these)
    tx.run(update(Attachment).where(*variants).values(variant=None))
    originals = Attachment.account == account, Attachment.file.in_(these)
    tx.run(update(Attachment).where(*originals).values(state="expired", file=None))
    files.forget(tx, account, these)
    return len(these)
