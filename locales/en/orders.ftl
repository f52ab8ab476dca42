### Orders: where they stand, the cards, and orders seen again.
### A card code never stands here; it comes in as $code, with its own tags.

## Every message about an order begins so. $total: the price of all cards

order-head =
    <b>Order { $order }</b>
    { $product }
    { $type } × { $quantity } — { $total }

## The progress message: how far an open order is

progress-confirmed = ⏳ Confirmed. Your cards are being ordered…
progress-sending = ⏳ Sent to the provider, waiting for the answer…
progress-handling = ⏳ The provider is working on it. The cards will come in this chat.
progress-handling-long =
    ⏳ The provider is still working on it.
    You need not wait here: the cards will come in this chat.
progress-checking =
    🔎 The provider's answer was lost. We are checking with the provider whether the order was placed.
    The money stays reserved. Do not buy a second time.
progress-checking-long =
    🔎 We are still checking with the provider whether the order was placed.
    The money stays reserved, and nothing is lost. You need not wait here: the answer comes in this chat.
progress-checking-longer =
    🔎 The order does not show at the provider so far. We keep looking.
    The money stays reserved until we know. The answer comes in this chat.
progress-checking-longest =
    🔎 It is still not known whether the order was placed. The distributor's people have been told.
    The money stays reserved until we know. The answer comes in this chat.
# Below the others, where the product's cards never come at once
progress-delayed = 🕓 These cards come within days, not at once. You need not wait here.
progress-answered-below = ⬇️ The answer is in a newer message below.

## The cards. $count: how many came; $quantity: how many were ordered

receipt-head =
    { $count ->
        [one] ✅ <b>Order { $order }</b>: your card
       *[other] ✅ <b>Order { $order }</b>: your { $count } cards
    }
receipt-head-partial = 🟡 <b>Order { $order }</b>: { $count } of { $quantity } cards
receipt-what = { $product }: { $type }
# A long order comes in several messages
receipt-part = Cards { $first } to { $last } of { $count }
receipt-copy = ♻️ Copy of order { $order }: you may have these cards already. Sell each card once.
card-line = { $number }. { $code }
card-serial = Serial number: { $serial }
# $pin: what goes with the code
card-pin = PIN: { $pin }
# $day: the last day, as a date
card-valid-until = Valid until { $day }
receipt-link = 🔗 A link is the card itself: pass it on without opening it.
# $told: the provider's own words
receipt-redemption =
    <b>How to redeem</b>
    { $told }
receipt-validity =
    <b>Validity</b>
    { $told }
receipt-paid = Charged: { $charged }. Balance: { $balance }.
receipt-given-back =
    { $missing ->
        [one] 1 card did not come: { $amount } given back.
       *[other] { $missing } cards did not come: { $amount } given back.
    }
receipt-open = ⏳ The other cards are still being checked, and their money stays reserved. They come in this chat, or the money comes back.

## The end of an order that brought no card

outcome-withdrawn = ✖️ <b>Cancelled</b>: nothing was ordered.
outcome-refused = ❌ <b>Refused</b>: no card was delivered.
outcome-refunded = ↩️ <b>Refunded</b>: the provider delivered no card.
reason-cancelled = You cancelled it.
reason-price-rose = The price has risen. Send /buy to see the new one.
reason-out-of-stock = It went out of stock. Send /buy to choose something else.
reason-not-available = This is not available now. Send /buy to choose something else.
reason-provider-balance = This is not available now. Try again later, or send /buy to choose something else.
reason-paused = Selling is stopped for now. Try again later.
reason-frozen = This is not available now. Try again later.
reason-too-late = The provider could not be reached in time. Try again in a while.
reason-suspended = Your shop is suspended. Send /help to see whom to contact.
reason-refused = The provider did not accept the order. Try again later, or send /buy to choose something else.
reason-absent = We checked with the provider: the order was never placed. You can buy again.
reason-refunded = Try again later, or send /buy to choose something else.
outcome-money = Nothing is charged: { $amount } given back. Balance: { $balance }.

## A new offer, when the price rose or the stock went before anything was ordered

requote-price =
    ⚠️ <b>Order { $order } was not placed: the price has risen.</b>
    { $product }
    { $type } × { $quantity }

    One card: { $old } → { $price }
    Total: <b>{ $total }</b>

    Nothing is charged. Confirm to buy at the new price.
requote-elsewhere =
    ⚠️ <b>Order { $order } was not placed: the provider could not supply it.</b>
    { $product }
    { $type } × { $quantity }

    One card: { $old } → { $price }
    Total: <b>{ $total }</b>

    Nothing is charged. Another provider has the same: confirm to buy it at this price.
requote-stock =
    { $quantity ->
        [one] ⚠️ <b>Order { $order } was not placed: only 1 card is left.</b>
       *[other] ⚠️ <b>Order { $order } was not placed: only { $quantity } cards are left.</b>
    }
    { $product }
    { $type } × { $quantity }

    One card: { $price }
    Total: <b>{ $total }</b>

    Nothing is charged. Confirm to buy what is left.

## The list of orders, and one of them

orders-title =
    <b>Your orders</b>
    Choose one to see it again.
orders-none = You have no orders yet. Send /buy to buy cards.
order-state-confirmed = ⏳ Confirmed, not sent yet
order-state-sending = ⏳ Being sent to the provider
order-state-unknown = 🔎 Being checked with the provider
order-state-handling = ⏳ The provider is working on it
order-state-fulfilled = ✅ Fulfilled
order-state-partially_filled = 🟡 Partially filled
order-state-refunded = ↩️ Refunded
order-state-refused = ❌ Refused
order-state-withdrawn = ✖️ Cancelled
order-placed = Ordered: { $at }
order-charged = Charged: { $charged }
order-given-back = Given back: { $amount }
# Codes are hidden until they are asked for
order-cards =
    { $count ->
        [one] 🔒 1 card, hidden here
       *[other] 🔒 { $count } cards, hidden here
    }

## Buttons (48 characters at most). Plain text.

button-order = { $order } · { $name } × { $quantity }
button-reveal = 👁 Show the cards
button-buy-again = 🔁 Choose again
