"""What every test relies on: time limits are for people, not for two slow cores."""

from hypothesis import settings

settings.register_profile("wakil", deadline=None)
settings.load_profile("wakil")
