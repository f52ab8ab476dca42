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
        [one] How many? Only 1 card is left.
       *[other] How many? Choose, or send a number from 1 to { $most }.
    }

## The confirm screen. $before, $after: the balance now, and once the order is placed

buy-confirm =
    <b>Check your order</b>
    { $product }
    { $type } × { $quantity }

    One card: { $price }
    Total: <b>{ $total }</b>
    Balance: { $before } → { $after }

    The price holds for 10 minutes. An order is final.
# $at: when the same was ordered
buy-repeat =
    ⚠️ <b>You have just ordered exactly this</b>: order { $order }, { $at }.
    Confirm only if you want more.

## Buttons (48 characters at most). Plain text.

# $name: a type; $price: of one card
button-type = { $name } — { $price }
button-type-out = { $name } — out of stock
# There may be some, but whoever sells it cannot be asked now
button-away = { $name } — not available
button-favourite = ⭐ { $name } — { $price }
# $total: the price of all cards together
button-confirm = Buy { $quantity } — { $total }

## Pop-ups on a button (200 characters at most). Plain text.

toast-ordered-before = Already ordered: order { $order }. Nothing was ordered a second time.
toast-new-price = That offer has expired. Here is a new one.
toast-withdrawn = Order { $order } is cancelled.
