"""The commands: each names the concrete classes that it needs, and nothing imports them."""
