from bot.domain.rates import Rate
from bot.ports.store import Store
from tests.contract.store_samples import (
    ELSEWHERE,
    HERE,
    RATE,
    after,
    confirm,
    dollars,
    dzd,
    finish,
    open_shop,
    quote,
)


async def test_sales_abroad_are_counted_by_each_orders_own_rate(store: Store) -> None:
    """Each cost is converted as its order does it, and rounded up by itself, equal or not."""
    third = Rate(source="USD", target="DZD", millionths=333_333)
    async with store.begin() as work:
        agent = await open_shop(work)
        for n, (cost, rate) in enumerate(
            [
                (dollars(100), third),
                (dollars(100), third),
                (dollars(1), third),
                (dollars(100), RATE),
                (dzd(7), None),
            ]
        ):
            quoted = quote(agent, f"{n}", unit_cost=cost, rate=rate)
            await finish(work, await confirm(work, quoted), cards=1, at=after(15))
        lost = await confirm(work, quote(agent, "no rate", unit_cost=dollars(100)))
        await finish(work, lost, cards=1, at=after(15))
        sold = await work.orders.sold(after(10), after(20), currency="DZD")
    assert sold.orders == 6
    assert sold.cost == dzd(34 + 34 + 1 + 24_975 + 7)


async def test_what_an_account_spent_is_told_in_its_own_currency(store: Store) -> None:
    """Only the cards of that account count, in the stretch asked about; nothing is converted."""
    async with store.begin() as work:
        agent = await open_shop(work)
        for n, seconds in enumerate((9, 10, 19, 20)):
            quoted = quote(agent, f"{n}", account=ELSEWHERE, unit_cost=dollars(100), rate=RATE)
            await finish(work, await confirm(work, quoted), cards=2, at=after(seconds))
        await finish(work, await confirm(work, quote(agent, "here")), cards=1, at=after(15))
        spent = [
            await work.orders.spent(account, after(10), after(20), currency=currency)
            for account, currency in [(ELSEWHERE, "USD"), (HERE, "DZD"), (ELSEWHERE, "DZD")]
        ]
    assert spent == [dollars(400), dzd(138_000), dzd(0)]
