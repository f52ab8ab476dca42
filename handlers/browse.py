"""The way from `/buy` to a type: categories, products, countries, types."""

from telegram import Update

from bot.domain.catalog import CategoryId, ProductId
from bot.domain.refusals import RefusalReason
from bot.errors import Refusal
from handlers.context import Context
from handlers.messages import countries, screens
from handlers.rendered import Rendered
from handlers.replying import answer, menu, say


async def buy(update: Update, context: Context) -> None:
    """Send the categories, in a new message."""
    await say(update, context, await _categories(context, page=1))


async def turn_categories(update: Update, context: Context) -> None:
    """Turn to a page of categories, or back to the first."""
    await answer(update, context)
    await menu(update, context, await _categories(context, page=page_of(context)))


async def choose_category(update: Update, context: Context) -> None:
    """Show a category's products."""
    await answer(update, context)
    await _show_products(update, context, CategoryId(context.number()), page=1)


async def turn_products(update: Update, context: Context) -> None:
    """Turn to a page of a category's products, or back to the first."""
    await answer(update, context)
    await _show_products(update, context, CategoryId(place_of(context)), page=page_of(context))


async def choose_country(update: Update, context: Context) -> None:
    """Show a category's countries, or the products of the one that was chosen."""
    await answer(update, context)
    if context.found[1]:
        await _show_country(update, context, ProductId(context.number(1)), page=1)
    else:
        await _show_countries(update, context, CategoryId(context.number()), page=1)


async def turn_countries(update: Update, context: Context) -> None:
    """Turn to a page of a category's countries, or back to the first."""
    await answer(update, context)
    await _show_countries(update, context, CategoryId(place_of(context)), page=page_of(context))


async def turn_country(update: Update, context: Context) -> None:
    """Turn to a page of a country's products, or back to the first."""
    await answer(update, context)
    await _show_country(update, context, ProductId(place_of(context)), page=page_of(context))


async def choose_product(update: Update, context: Context) -> None:
    """Show a product's types."""
    await answer(update, context)
    in_country = bool(context.found[1])
    await _show_types(update, context, ProductId(context.number()), page=1, in_country=in_country)


async def turn_types(update: Update, context: Context) -> None:
    """Turn to a page of a product's types, or back to the first."""
    await answer(update, context)
    await _show_types(update, context, ProductId(place_of(context)), page=page_of(context))


def place_of(context: Context) -> int:
    """Of which category, product or type a page or a way back is."""
    place = context.found[1]
    if not place:
        raise Refusal(RefusalReason.NOT_AVAILABLE)
    return int(place)


def page_of(context: Context) -> int:
    """Which page; a way back leads to the first."""
    return context.number(2) if len(context.found) > 2 else 1


async def _categories(context: Context, *, page: int) -> Rendered:
    catalog = context.counter.catalog
    favourites = await catalog.favourites(context.agent.id)
    return screens.categories(context.voice, await catalog.categories(), favourites, page)


async def _show_products(
    update: Update, context: Context, category_id: CategoryId, *, page: int
) -> None:
    category, listed = await context.counter.catalog.products(category_id)
    if category is None:
        raise Refusal(RefusalReason.NOT_AVAILABLE)
    away = await context.counter.catalog.away(listed)
    await menu(update, context, screens.products(context.voice, category, listed, page, away=away))


async def _show_countries(
    update: Update, context: Context, category_id: CategoryId, *, page: int
) -> None:
    category, listed = await context.counter.catalog.products(category_id)
    if category is None:
        raise Refusal(RefusalReason.NOT_AVAILABLE)
    await menu(update, context, countries.countries(context.voice, category, listed, page))


async def _show_country(
    update: Update, context: Context, product_id: ProductId, *, page: int
) -> None:
    category, listed = await context.counter.catalog.products_beside(product_id)
    if category is None or not listed:
        raise Refusal(RefusalReason.NOT_AVAILABLE)
    away = await context.counter.catalog.away(listed)
    rendered = countries.products_of_country(context.voice, category, listed, page, away=away)
    await menu(update, context, rendered)


async def _show_types(
    update: Update,
    context: Context,
    product_id: ProductId,
    *,
    page: int,
    in_country: bool = False,
) -> None:
    product, listed = await context.counter.catalog.types(product_id, context.agent.id)
    if product is None:
        raise Refusal(RefusalReason.NOT_AVAILABLE)
    rendered = screens.types(context.voice, product, listed, page, in_country=in_country)
    await menu(update, context, rendered)
