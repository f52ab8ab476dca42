"""Handlers as lines of a table: which command, button or text leads where, and for whom."""

from collections.abc import Sequence
from typing import Any, TypeAlias

from telegram import Update
from telegram.ext import (
    BaseHandler,
    CallbackQueryHandler,
    CommandHandler,
    MessageHandler,
    filters,
)

from handlers.callbacks import Verb, shape_of
from handlers.context import Callback, Context
from handlers.guards import Who, guarded

Route: TypeAlias = BaseHandler[Update, Context, Any]
Routes: TypeAlias = Sequence[Route]

PRIVATE = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE


def command(name: str, handler: Callback, who: Who, *, asks: bool = False) -> Route:
    """Lead `/name` to `handler`; `context.args` holds what was typed after it.

    A handler that `asks` says itself what a typed message will mean.
    """
    guard = guarded(handler, who, keeps_question=asks)
    return CommandHandler(name, guard, filters=PRIVATE)


def button(
    verb: Verb, handler: Callback, who: Who, *, place: str = "", asks: bool = False
) -> Route:
    """Lead presses of `verb` to `handler`; `context.found` holds the arguments.

    `place` narrows `page:` and `back:` to one screen, given as the first argument. A handler that
    `asks` says itself what a typed message will mean.
    """
    guard = guarded(handler, who, keeps_question=asks)
    return _Button(guard, pattern=shape_of(verb, place))


class _Button(CallbackQueryHandler[Context, None]):
    """Takes presses with data of its shape only: the library lets those without data through."""

    def check_update(self, update: object) -> object:
        query = update.callback_query if isinstance(update, Update) else None
        return super().check_update(update) if query and query.data else None


def typed(handler: Callback, who: Who) -> Route:
    """Lead typed text to `handler`, which asks `counter.asking` what it answers."""
    text = PRIVATE & filters.TEXT & ~filters.COMMAND
    return MessageHandler(text, guarded(handler, who, keeps_question=True))
