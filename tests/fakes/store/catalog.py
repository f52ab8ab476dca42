"""The catalogue and the journal, in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.audit import GENESIS, Event, JournalRow, chain
from bot.domain.catalog import (
    Account,
    CardType,
    CardTypeId,
    Category,
    CategoryId,
    ListedCategory,
    ListedProduct,
    ListedType,
    Product,
    ProductId,
)
from bot.domain.instants import whole_ms
from tests.fakes.store.block import Part, State, kept, require

BEHIND = 1_000_000
"""The place of a type that was asked for: behind all that are listed."""


class MemoryCatalog(Part):
    """Categories, products, types; `places` is their order at the provider."""

    async def replace(
        self, account: Account, listed: Sequence[ListedCategory], *, at: datetime
    ) -> None:
        draft = self._draft
        for product in tuple(draft.products.values()):
            if product.account == account:
                draft.products[product.id] = replace(product, enabled=False)
        for place, one in enumerate(listed):
            category_id = _keep_category(draft, account, one)
            draft.places["category", category_id] = place
            for inner, product_listed in enumerate(one.products):
                product_id = _keep_product(draft, account, category_id, product_listed)
                draft.places["product", product_id] = inner
        draft.readings[account] = whole_ms(at)

    async def read_at(self, account: Account) -> datetime | None:
        return self._state.readings.get(account)

    async def list_categories(self) -> tuple[Category, ...]:
        state = self._state
        shown = {one.category_id for one in state.products.values() if one.enabled}
        found = [one for one in state.categories.values() if one.id in shown]
        return tuple(
            sorted(
                found,
                key=lambda one: (
                    one.account.provider,
                    one.account.environment,
                    state.places["category", one.id],
                    one.id,
                ),
            )
        )

    async def find_category(self, category_id: CategoryId) -> Category | None:
        return self._state.categories.get(category_id)

    async def list_products(self, category_id: CategoryId) -> tuple[Product, ...]:
        state = self._state
        shown = (one for one in state.products.values() if one.enabled)
        ours = (one for one in shown if one.category_id == category_id)
        return tuple(sorted(ours, key=lambda one: (state.places["product", one.id], one.id)))

    async def list_enabled(self) -> tuple[Product, ...]:
        shown = (one for one in self._state.products.values() if one.enabled)
        return tuple(sorted(shown, key=lambda one: one.id))

    async def find_product(self, product_id: ProductId) -> Product | None:
        return self._state.products.get(product_id)

    async def replace_types(
        self, product_id: ProductId, listed: Sequence[ListedType], *, at: datetime
    ) -> None:
        draft = self._draft
        read_at = whole_ms(at)
        for gone in await self.list_types(product_id):
            draft.types[gone.id] = replace(gone, stock=0, read_at=read_at)
        require(
            that=not listed or product_id in draft.products,
            otherwise="card_type.product_id is a product",
        )
        for place, one in enumerate(listed):
            _keep_type(draft, product_id, one, at=at, place=place)

    async def save_type(
        self, product_id: ProductId, listed: ListedType, *, at: datetime
    ) -> CardType:
        require(that=product_id in self._draft.products, otherwise="card_type.product_id")
        return _keep_type(self._draft, product_id, listed, at=at, place=BEHIND)

    async def list_types(self, product_id: ProductId) -> tuple[CardType, ...]:
        state = self._state
        ours = (one for one in state.types.values() if one.product_id == product_id)
        return tuple(sorted(ours, key=lambda one: (state.places["type", one.id], one.id)))

    async def find_type(self, card_type_id: CardTypeId) -> CardType | None:
        return self._state.types.get(card_type_id)

    async def find_listed(self, card_type_id: CardTypeId) -> tuple[CardType, Product] | None:
        card_type = await self.find_type(card_type_id)
        if card_type is None:
            return None
        return card_type, self._state.products[card_type.product_id]


class MemoryJournal(Part):
    """The journal."""

    async def append(self, event: Event) -> JournalRow:
        draft = self._draft
        seq = len(draft.journal) + 1
        previous = draft.journal[-1].hash if draft.journal else GENESIS
        row = JournalRow(
            seq=seq, event=kept(event), previous=previous, hash=chain(seq, event, previous)
        )
        draft.journal.append(row)
        return row

    async def last(self) -> JournalRow | None:
        return self._state.journal[-1] if self._state.journal else None

    async def list_of(self, subject: str, *, limit: int = 1000) -> tuple[JournalRow, ...]:
        about = [row for row in self._state.journal if row.event.subject == subject]
        return tuple(about[:limit])

    async def list_after(self, seq: int, *, limit: int) -> tuple[JournalRow, ...]:
        return tuple(row for row in self._state.journal if row.seq > seq)[:limit]


def _keep_category(draft: State, account: Account, listed: ListedCategory) -> CategoryId:
    known = {(one.account, one.key): one.id for one in draft.categories.values()}
    category_id = known.get((account, listed.key), CategoryId(len(draft.categories) + 1))
    draft.categories[category_id] = Category(
        id=category_id, account=account, key=listed.key, title=listed.title
    )
    return category_id


def _keep_product(
    draft: State, account: Account, category_id: CategoryId, listed: ListedProduct
) -> ProductId:
    known = {(one.account, one.key): one.id for one in draft.products.values()}
    product_id = known.get((account, listed.key), ProductId(len(draft.products) + 1))
    draft.products[product_id] = Product(
        id=product_id,
        account=account,
        category_id=category_id,
        key=listed.key,
        title=listed.title,
        region=listed.region,
        enabled=listed.enabled,
        needs_phone=listed.needs_phone,
        delayed=listed.delayed,
        validity=listed.validity,
        redemption=listed.redemption,
    )
    return product_id


def _keep_type(
    draft: State, product_id: ProductId, listed: ListedType, *, at: datetime, place: int
) -> CardType:
    require(that=listed.stock >= 0 and listed.cost.minor >= 0, otherwise="stock, cost >= 0")
    known = {each.key: each.id for each in draft.types.values() if each.product_id == product_id}
    card_type_id = known.get(listed.key, CardTypeId(len(draft.types) + 1))
    draft.types[card_type_id] = CardType(
        id=card_type_id,
        product_id=product_id,
        key=listed.key,
        name=listed.name,
        cost=listed.cost,
        stock=listed.stock,
        read_at=whole_ms(at),
        most=listed.most,
        face=listed.face,
        open_amount=listed.open_amount,
        asked=listed.asked,
    )
    draft.places["type", card_type_id] = place
    return draft.types[card_type_id]
