"""Open amounts: the face value that a member typed becomes a type that can be bought."""

from dataclasses import dataclass

from bot.domain.agents import PersonId
from bot.domain.amounts import around, asked_type, face_key, face_name, largest
from bot.domain.catalog import CardType, CardTypeId, OpenAmount
from bot.domain.money import Money, read_amount
from bot.domain.refusals import RefusalReason
from bot.errors import Refusal
from bot.ports.store import Store, Work
from bot.services.quoting import Choice, Quoting


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """Takes the amounts that are asked for."""

    store: Store
    quoting: Quoting

    async def choose(self, person_id: PersonId, card_type_id: CardTypeId, text: str) -> Choice:
        """Choose the type of a typed face value; `Refusal` says which amounts are possible.

        The same amount is the same type, whoever asks for it and whenever.
        """
        choice = await self.quoting.choose(person_id, card_type_id)
        bounds = choice.card_type.open_amount
        if bounds is None:
            raise Refusal(RefusalReason.NOT_AVAILABLE)
        face = _read(bounds, text)
        async with self.store.begin() as work:
            made = await _made(work, choice.card_type, bounds, face)
        return await self.quoting.choose(person_id, made.id)


def _read(bounds: OpenAmount, text: str) -> Money:
    """Read a face value, with or without its currency's code."""
    currency = bounds.least.currency
    number = text.strip().upper().removeprefix(currency).removesuffix(currency)
    face = read_amount(number, currency)
    least, most = bounds.least, largest(bounds)
    facts = {"least": face_name(least), "most": face_name(most)}
    if face is None:
        raise Refusal(RefusalReason.CARD_AMOUNT_UNREADABLE, facts)
    if not least <= face <= most:
        raise Refusal(RefusalReason.CARD_AMOUNT_OUT_OF_BOUNDS, facts)
    if not bounds.takes(face):
        below, above = map(face_name, around(bounds, face))
        raise Refusal(RefusalReason.CARD_AMOUNT_OFF_STEP, {"below": below, "above": above})
    return face


async def _made(work: Work, opened: CardType, bounds: OpenAmount, face: Money) -> CardType:
    """Keep the type of a face value, as old as the price that it is made of.

    One that the provider lists itself is never made anew.
    """
    for known in await work.catalog.list_types(opened.product_id):
        if not known.asked and (known.face == face or known.key == face_key(face)):
            return known
    listed = asked_type(opened, bounds, face)
    return await work.catalog.save_type(opened.product_id, listed, at=opened.read_at)
