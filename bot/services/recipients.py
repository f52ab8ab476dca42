"""Recipients: the phone number that a quote's cards are for, sealed from the first to the last."""

from dataclasses import replace

from bot.domain.orders import QuoteId
from bot.domain.phones import without_phone
from bot.ports.provider import Placement, Refused, Unknown
from bot.ports.store import Work
from bot.services.keeping import Keeper


async def keep_recipient(work: Work, keeper: Keeper, quote_id: QuoteId, phone: str) -> None:
    """Keep who a quote's cards are for, in the transaction that makes the quote."""
    await work.recipients.add(quote_id, keeper.seal_phone(quote_id, phone))


async def find_recipient(work: Work, keeper: Keeper, quote_id: QuoteId) -> str | None:
    """Open who a quote's cards are for; None where its product asked for nobody."""
    sealed = await work.recipients.find(quote_id)
    return None if sealed is None else keeper.open_phone(quote_id, sealed)


async def hand_over(work: Work, keeper: Keeper, old: QuoteId, new: QuoteId) -> None:
    """Let a new quote be for whom an old one was."""
    phone = await find_recipient(work, keeper, old)
    if phone is not None:
        await keep_recipient(work, keeper, new, phone)


def silent(placement: Placement, phone: str | None) -> Placement:
    """Leave the number out of the provider's words: they are kept in clear, for admins."""
    match placement:
        case Refused(message=message) if phone:
            return replace(placement, message=without_phone(message, phone))
        case Unknown(reason=reason) if phone:
            return replace(placement, reason=without_phone(reason, phone))
        case _:
            return placement
