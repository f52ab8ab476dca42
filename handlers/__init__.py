"""The Telegram edge: reads what a person wants, asks one service, says what came of it."""
