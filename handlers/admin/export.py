"""`/export`: the audit file, sent to the admin who asks, and left nowhere."""

import asyncio
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

import structlog
from telegram import Update
from telegram.constants import FileSizeLimit
from telegram.error import TelegramError

from bot.errors import BotError
from handlers.admin.routing import command
from handlers.context import Context
from handlers.rendered import Rendered
from handlers.replying import say
from handlers.routes import Routes

log = structlog.get_logger(__name__)

NAME = "wakil-audit.sqlite"
UPLOAD = timedelta(minutes=2)


async def export(update: Update, context: Context) -> None:
    """Send the audit file; only its owner can read it while it is there, which is not for long."""
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="wakil-"))
    try:
        await _export(update, context, folder / NAME)
    except (BotError, OSError, TelegramError) as error:
        log.warning("audit file not sent", error=type(error).__name__, reason=str(error))
        await say(update, context, Rendered(html=context.voice.say("admin-export-failed")))
    finally:
        await asyncio.to_thread(shutil.rmtree, folder)


async def _export(update: Update, context: Context, path: Path) -> None:
    voice, chat = context.voice, update.effective_chat
    await context.edge.exporter.export(path)
    await asyncio.to_thread(path.chmod, 0o600)
    content = await asyncio.to_thread(path.read_bytes)
    if chat is None or len(content) > FileSizeLimit.FILESIZE_UPLOAD:
        html = voice.say("admin-export-large", command=f"python run.py export {NAME}")
        await say(update, context, Rendered(html=html))
        return
    await chat.send_document(
        content,
        filename=NAME,
        caption=voice.label("admin-export-caption", verify=f"python run.py verify {NAME}"),
        write_timeout=UPLOAD.total_seconds(),
    )


ROUTES: Routes = (command("export", export),)
