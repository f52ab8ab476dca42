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
from bot.ports.exporter import Exporter
from bot.texts import code
from handlers.admin.routing import command
from handlers.context import Context
from handlers.rendered import Rendered
from handlers.replying import say
from handlers.routes import Routes

log = structlog.get_logger(__name__)

NAME = "wakil-audit.sqlite"
VERIFY = f"python run.py verify {NAME}"
UPLOAD = timedelta(minutes=2)


async def export(update: Update, context: Context) -> None:
    """Send the audit file; it is gone from this machine before it leaves."""
    voice = context.voice
    try:
        content = await _content(context.edge.exporter)
        if len(content) <= FileSizeLimit.FILESIZE_UPLOAD:
            await context.counter.desk.exported(context.who.person.id)
            await _send(update, context, content)
            return
        html = voice.say("admin-export-large", command=code(f"python run.py export {NAME}"))
    except (BotError, OSError, TelegramError) as error:
        log.warning("audit file not sent", error=type(error).__name__, reason=str(error))
        html = voice.say("admin-export-failed")
    await say(update, context, Rendered(html=html))


async def _content(exporter: Exporter) -> bytes:
    """Make the file in a folder of its owner's alone, and leave nothing of it there."""
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="wakil-"))
    try:
        path = folder / NAME
        await exporter.export(path)
        return await asyncio.to_thread(path.read_bytes)
    finally:
        await asyncio.to_thread(shutil.rmtree, folder)


async def _send(update: Update, context: Context, content: bytes) -> None:
    if update.effective_chat is not None:
        await update.effective_chat.send_document(
            content,
            filename=NAME,
            caption=context.voice.label("admin-export-caption", verify=VERIFY),
            write_timeout=UPLOAD.total_seconds(),
        )


ROUTES: Routes = (command("export", export),)
