"""The door that a provider knocks at when an order has moved: a hint to look, never a fact.

A knock is believed in nothing: it only makes the bot look at once at what it would look at anyway.
So a forged, repeated or lost one does no harm, and nothing in its body is read.
"""

from bot.webhook.door import ADDRESS, LARGEST, door
from bot.webhook.serving import listening
from bot.webhook.waking import Waking

__all__ = ["ADDRESS", "LARGEST", "Waking", "door", "listening"]
