from datetime import timedelta

from bot.services.sweeping import QUOTES_KEPT
from tests.unit.services.shop import AMINA, Shop


async def test_quotes_that_nobody_confirmed_are_dropped_after_a_day(shop: Shop) -> None:
    """An offer that was not taken leaves no trace; one that became an order stays with it."""
    await shop.open_agent()
    order = await shop.confirmed(AMINA)
    offer = await shop.counter.quoting.quote(AMINA, await shop.type_id(), 1)
    shop.clock.advance(timedelta(minutes=10))
    await shop.works.sweeping.step()
    async with shop.store.read() as work:
        assert await work.orders.find_quote(offer.quote.id) is not None
    shop.clock.advance(QUOTES_KEPT + timedelta(seconds=1))
    await shop.works.sweeping.step()
    async with shop.store.read() as work:
        assert await work.orders.find_quote(offer.quote.id) is None
        assert await work.orders.find_quote(order.quote_id) is not None
