from datetime import timedelta

from bot.domain.agents import PersonId
from tests.unit.services.shop import AMINA, BILAL, Shop


async def expected(shop: Shop, person_id: PersonId) -> str | None:
    """Tell what a message would answer that the person types now."""
    return (await shop.counter.people.meet(person_id, "Somebody", None)).expected


async def test_what_was_asked_is_known_after_a_restart(shop: Shop) -> None:
    """The next typed message of each chat answers the last question put to that chat."""
    await shop.meet(AMINA)
    await shop.meet(BILAL)
    asking = shop.counter.asking
    await asking.ask(AMINA, "quantity:5")
    await asking.ask(BILAL, "search")
    await asking.ask(AMINA, "quantity:6")
    shop.start(epoch=2)
    shop.clock.advance(timedelta(days=1))
    assert await expected(shop, AMINA) == "quantity:6"
    assert await expected(shop, BILAL) == "search"


async def test_a_button_takes_the_question_back(shop: Shop) -> None:
    """Once something else was pressed, a typed number means nothing; forgetting nothing is fine."""
    await shop.meet(AMINA)
    asking = shop.counter.asking
    await asking.ask(AMINA, "quantity:5")
    await asking.forget(AMINA)
    await asking.forget(AMINA)
    assert await expected(shop, AMINA) is None
