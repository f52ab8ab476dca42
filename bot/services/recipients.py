"""Recipients: the phone number that a quote's cards are for, sealed from the first to the last."""

from dataclasses import replace
from typing import assert_never

from bot.domain.orders import QuoteId
from bot.domain.phones import without_phone
from bot.ports.provider import Accepted, NotSent, Placement, Refused, Unknown
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
    if not phone:
        return placement
    its_id = without_phone(placement.exchange.request_id or "", phone) or None
    exchange = replace(placement.exchange, request_id=its_id)
    match placement:
        case Refused(code=code, message=message):
            code, message = without_phone(code, phone), without_phone(message, phone)
            return replace(placement, code=code, message=message, exchange=exchange)
        case Unknown(reason=reason) | NotSent(reason=reason):
            return replace(placement, reason=without_phone(reason, phone), exchange=exchange)
        case Accepted():
            return replace(placement, exchange=exchange)
        case _:
            assert_never(placement)
