"""A bare python-telegram-bot conversation: as many updates as a sale, and nothing behind them.

It is what `sale.py` measures beside the counter: the same library, the same walk, the same
keyboards, no money, no store.
"""

import os

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
)

STEPS = ("category", "product", "type", "quantity", "confirm")
ROWS = 6


def keyboard(step: str) -> InlineKeyboardMarkup:
    """As many buttons as the counter's screens have."""
    rows = [[InlineKeyboardButton(f"{step} {n}", callback_data=f"{step}:{n}")] for n in range(ROWS)]
    return InlineKeyboardMarkup(rows)


async def buy(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    """Show the first screen."""
    if update.message:
        await update.message.reply_html("<b>category</b>", reply_markup=keyboard("category"))


async def chosen(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    """Answer the press and show the next screen; after the last one, the cards."""
    query = update.callback_query
    if query is None or query.data is None:
        return
    await query.answer()
    step = STEPS.index(query.data.partition(":")[0]) + 1
    if step < len(STEPS):
        await query.edit_message_text(
            f"<b>{STEPS[step]}</b>", parse_mode="HTML", reply_markup=keyboard(STEPS[step])
        )
        return
    await query.edit_message_text("<b>…</b>", parse_mode="HTML")
    await query.edit_message_text("<code>AAAA-BBBB</code>", parse_mode="HTML")


def main() -> None:
    """Serve until SIGTERM."""
    app = (
        Application.builder()
        .token(os.environ["TELEGRAM_BOT_TOKEN"])
        .base_url(os.environ["TELEGRAM_API_URL"] + "/bot")
        .build()
    )
    app.add_handler(CommandHandler("buy", buy))
    app.add_handler(CallbackQueryHandler(chosen))
    app.run_polling()


if __name__ == "__main__":
    main()
