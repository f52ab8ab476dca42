"""Quotes: a price promised to one member, after everything that can be checked was checked."""

from dataclasses import dataclass, field
from datetime import timedelta

from bot.domain import pricing
from bot.domain.agents import Agent, PersonId, Wallet
from bot.domain.catalog import CardType, CardTypeId, Product
from bot.domain.money import Money
from bot.domain.orders import Order, Quote, QuoteId, Reason
from bot.domain.phones import EXAMPLE, read_phone
from bot.domain.quantities import most, read_quantity
from bot.domain.refusals import RefusalReason
from bot.errors import Refusal
from bot.ports.store import Store, Work
from bot.ports.world import Clock, Secrets
from bot.services import gates
from bot.services.catalog import SHOWN_FRESH, Catalog
from bot.services.keeping import Keeper
from bot.services.people import active_agent
from bot.services.prices import Priced, price_for
from bot.services.recipients import keep_recipient
from bot.services.terms import Terms

REPEAT_WITHIN = timedelta(minutes=10)
"""The same type and quantity again within this time is asked about on the confirm screen."""

PROMPT_AGE = timedelta(minutes=5)
"""A quantity is judged by prices read this recently; they are read anew when older."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A quote, what the wallet holds, and the earlier order it would repeat, if any.

    `phone` is whom the cards are for, where the product asks; `delayed`: they come after days.
    """

    quote: Quote
    wallet: Wallet
    repeats: Order | None
    phone: str | None = field(default=None, repr=False)
    delayed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A type that was chosen, and how many of it can be bought.

    Of an open amount nothing can be bought yet, and its `price` says nothing.
    """

    card_type: CardType
    product: Product
    price: Money
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoting:
    """Makes quotes."""

    store: Store
    catalog: Catalog
    clock: Clock
    secrets: Secrets
    keeper: Keeper
    terms: Terms

    async def choose(self, person_id: PersonId, card_type_id: CardTypeId) -> Choice:
        """Tell how many cards of a type can be asked for; `Refusal` when none.

        Where several accounts sell it, the choice is of the one that sells it now.
        """
        async with self.store.read() as work:
            agent = await active_agent(work, person_id)
            card_type_id = await self.catalog.best(work, agent, card_type_id)
            card_type, product = await self._sellable(work, card_type_id)
            unit = await self._priced(work, agent, card_type)
        return Choice(
            card_type=card_type,
            product=product,
            price=unit.price,
            most=_most(card_type),
        )

    async def quote_typed(self, person_id: PersonId, card_type_id: CardTypeId, text: str) -> Offer:
        """Quote a quantity that the member typed, in any script's digits."""
        quantity = read_quantity(text)
        if quantity is None:
            choice = await self.choose(person_id, card_type_id)
            facts = {"most": choice.most}
            raise Refusal(RefusalReason.QUANTITY_NOT_A_NUMBER, facts)
        return await self.quote(person_id, card_type_id, quantity)

    async def quote_for(
        self, person_id: PersonId, card_type_id: CardTypeId, quantity: int, text: str
    ) -> Offer:
        """Quote cards for the recipient whose number the member typed."""
        phone = read_phone(text)
        if phone is None:
            raise Refusal(RefusalReason.PHONE_UNREADABLE, {"example": EXAMPLE})
        return await self.quote(person_id, card_type_id, quantity, phone=phone)

    async def quote(
        self,
        person_id: PersonId,
        card_type_id: CardTypeId,
        quantity: int,
        *,
        phone: str | None = None,
    ) -> Offer:
        """Promise a price for ten minutes; `Refusal` says what is possible instead.

        When nothing but the recipient's number is missing, the refusal is `PHONE_NEEDED`.
        Nothing is held. The wallet is looked at, so that nobody confirms in vain.
        """
        await self._read_anew(card_type_id, quantity)
        async with self.store.begin() as work:
            agent = await active_agent(work, person_id)
            card_type, product = await self._sellable(work, card_type_id)
            if card_type.open_amount is not None:
                raise Refusal(RefusalReason.NOT_AVAILABLE)  # an amount has to be named first
            _check_quantity(quantity, card_type)
            listed = (card_type, product)
            quote = await self.make(work, person_id, agent, listed=listed, quantity=quantity)
            wallet = await work.ledger.wallet(agent.id)
            if missing := wallet.missing(quote.total):
                facts = {"missing": missing, "total": quote.total, "balance": wallet.balance}
                raise Refusal(RefusalReason.NOT_ENOUGH_BALANCE, facts)
            phone = await self._recipient(work, quote, product, phone)
            since = self.clock.now() - REPEAT_WITHIN
            repeats = await work.orders.find_last_like(
                agent.id, card_type_id, quantity, since=since
            )
        return Offer(
            quote=quote, wallet=wallet, repeats=repeats, phone=phone, delayed=product.delayed
        )

    async def make(
        self,
        work: Work,
        person_id: PersonId,
        agent: Agent,
        *,
        listed: tuple[CardType, Product],
        quantity: int,
    ) -> Quote:
        """Write a quote at today's price, inside the caller's transaction.

        `Refusal` for a cost in a currency that has no rate.
        """
        card_type, product = listed
        unit = await self._priced(work, agent, card_type)
        now = self.clock.now()
        quote = Quote(
            id=QuoteId(self.secrets.token()),
            person_id=person_id,
            agent_id=agent.id,
            account=product.account,
            card_type_id=card_type.id,
            product_key=product.key,
            type_key=card_type.key,
            product_title=product.title,
            type_name=card_type.name,
            quantity=quantity,
            unit_price=unit.price,
            unit_cost=card_type.cost,
            created_at=now,
            expires_at=now + pricing.QUOTE_LIFE,
            rate=unit.rate,
        )
        await work.orders.add_quote(quote)
        return quote

    async def _priced(self, work: Work, agent: Agent, card_type: CardType) -> Priced:
        priced = await price_for(work, self.terms, agent, card_type.cost)
        if priced is None:
            raise Refusal(RefusalReason.NO_PRICE)
        return priced

    async def _sellable(self, work: Work, card_type_id: CardTypeId) -> tuple[CardType, Product]:
        found = await work.catalog.find_listed(card_type_id)
        if found is None or not found[1].enabled or not found[0].is_priced:
            raise Refusal(RefusalReason.NOT_AVAILABLE)
        card_type, product = found
        if not self.catalog.trades_at(product.account):
            raise Refusal(RefusalReason.NOT_AVAILABLE)
        if reason := await gates.closed(work, product.account):
            others_sell = reason is Reason.FROZEN and len(self.catalog.providers) > 1
            raise Refusal(RefusalReason.NOT_AVAILABLE if others_sell else RefusalReason.PAUSED)
        if card_type.stock <= 0:
            raise Refusal(RefusalReason.OUT_OF_STOCK)
        return card_type, product

    async def _recipient(
        self, work: Work, quote: Quote, product: Product, phone: str | None
    ) -> str | None:
        """Keep whom the cards are for, where the product asks; nobody else's number is kept."""
        if not product.needs_phone:
            return None
        if phone is None:
            facts = {"type": quote.card_type_id, "quantity": quote.quantity}
            raise Refusal(RefusalReason.PHONE_NEEDED, facts)
        await keep_recipient(work, self.keeper, quote.id, phone)
        return phone

    async def _read_anew(self, card_type_id: CardTypeId, quantity: int) -> None:
        # A member who asks for more than the last reading showed deserves a fresh one.
        async with self.store.read() as work:
            found = await work.catalog.find_listed(card_type_id)
        if found is not None:
            card_type, product = found
            age = PROMPT_AGE if quantity <= card_type.stock else SHOWN_FRESH
            if not card_type.is_fresh(self.clock.now(), age):
                await self.catalog.read_types(product, age)


def _most(card_type: CardType) -> int:
    return most(card_type.stock, card_type.most)


def _check_quantity(quantity: int, card_type: CardType) -> None:
    if quantity < 1:
        raise Refusal(RefusalReason.QUANTITY_TOO_SMALL, {"most": _most(card_type)})
    if quantity > _most(card_type):
        raise Refusal(RefusalReason.QUANTITY_TOO_LARGE, {"most": _most(card_type)})
