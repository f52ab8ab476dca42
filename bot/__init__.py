"""Wakil: a Telegram counter for shops that sell gift cards."""
