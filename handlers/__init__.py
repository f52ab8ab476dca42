"""Telegram: what is shown, and what a press or a message means."""
