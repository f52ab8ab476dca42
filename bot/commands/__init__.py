"""Composition: one module a command. Only here concrete classes meet; nothing imports these."""
