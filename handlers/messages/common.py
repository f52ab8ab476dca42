"""What several messages share: how cards are called, whom to ask."""

from bot.texts import Voice


def maybe_away(voice: Voice, name: str, *, away: bool) -> str:
    """Name what stands on a button, and say when it cannot be had now."""
    return voice.label("button-away", name=name) if away else name


def full_name(product_title: str, type_name: str) -> str:
    """Name a type where its product is not shown beside it, without saying the brand twice.

    Most type names hold the brand (`PSN 10 USD`), some do not (`10 USD`).
    """
    brand = product_title.split(maxsplit=1)[0].casefold() if product_title.strip() else ""
    return type_name if brand in type_name.casefold() else f"{product_title} {type_name}"


def support(voice: Voice, contact: str | None) -> str:
    """Say whom to ask."""
    return contact or voice.label("support-unknown")
