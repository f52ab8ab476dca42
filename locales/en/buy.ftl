### Buying: from the categories to the confirm button.
### The names of categories, products and types are the provider's own.

buy-categories =
    <b>What are you buying?</b>
    Choose a category.
buy-favourites = ⭐ What you buy most comes first.
buy-nothing = Nothing is for sale at the moment. Try again later.
buy-products =
    <b>{ $category }</b>
    Choose a product.
buy-no-products =
    <b>{ $category }</b>
    Nothing of this is for sale at the moment.
# The countries of a category; $category: its name
buy-countries =
    <b>{ $category }</b>
    Where is the card redeemed?
buy-products-of =
    <b>{ $category }</b>: { $country }
    Choose a product.
# Stands for $country and $name where the provider names no country
country-none = No country named
buy-types =
    <b>{ $product }</b>
    Choose a type.
buy-no-types =
    <b>{ $product }</b>
    Nothing of this is for sale at the moment.
# $price: of one card; $most: the largest quantity that can be ordered now
buy-quantity =
    <b>{ $product }</b>
    { $type } — { $price } a card

    { $most ->
        [one] How many? Only 1 card can be ordered now.
       *[other] How many? Choose, or send a number from 1 to { $most }.
    }

## What some products ask for, or tell

# A card of any amount. $least, $most, $step: amounts with their currency (25 USD)
buy-amount =
    <b>{ $product }</b>
    Which amount? Send a number, from { $least } to { $most }.
buy-amount-steps = In steps of { $step }.
buy-amount-whole = Only whole amounts.
buy-phone =
    <b>The recipient's phone number</b>
    The provider needs it for this card. Send it with its country code, like { $example }; an Algerian number may begin with 0.
# $phone: the number that was typed, in full
buy-recipient = 📱 For { $phone }: check the number.
buy-delayed = 🕓 These cards come within days, not at once.

## The confirm screen

buy-confirm =
    <b>Check your order</b>
    { $product }
    { $type } × { $quantity }
# Below what is bought, and whom it is for. $before, $after: the balance now, and once the order is placed
buy-confirm-money =
    One card: { $price }
    Total: <b>{ $total }</b>
    Balance: { $before } → { $after }
buy-confirm-final = The price holds for 10 minutes. An order is final.
# $at: when the same was ordered
buy-repeat =
    ⚠️ <b>You have just ordered exactly this</b>: order { $order }, { $at }.
    Confirm only if you want more.

## Buttons (48 characters at most). Plain text.

# $name: a type; $price: of one card
button-type = { $name } — { $price }
button-type-out = { $name } — out of stock
button-type-unpriced = { $name } — no price yet
# A type of any amount, between $least and $most
button-amount = Any amount: { $least } to { $most }
amount-any = Any amount
button-countries = 🌍 Choose a country
# $name: a country; $count: how many products it has
button-country = { $name } · { $count }
# There may be some, but whoever sells it cannot be asked now
button-away = { $name } — not available
button-favourite = ⭐ { $name } — { $price }
# $total: the price of all cards together
button-confirm = Buy { $quantity } — { $total }

## Pop-ups on a button (200 characters at most). Plain text.

toast-ordered-before = Already ordered: order { $order }. Nothing was ordered a second time.
toast-new-price = That offer has expired. Here is a new one.
toast-withdrawn = Order { $order } is cancelled.
