### What is said when something is not possible, or went wrong.

# $error_id: what the distributor finds it by in the log
error-unexpected =
    Something went wrong on our side. Your money and your orders are safe.
    Try again in a moment; if it happens again, tell us this number: { $error_id }
# $link: the bot's private chat
private-chat-only = I only work in a private chat: { $link }
not-understood = I did not understand. Send /buy to buy cards, or /help.
unknown-command = I do not know this command. Send /help to see what I can do.

## Refusals: what cannot be done, and what can. One for each RefusalReason; also shown as a
## pop-up (200 characters at most), so plain text.

refusal-not-a-member = This bot is for registered shops. Send /start to ask for access.
refusal-suspended = Your shop is suspended. Send /help to see whom to contact.
refusal-paused = Selling is stopped for now. Cards already ordered still arrive. Try again later.
refusal-not-available = This is not available now. Send /buy to choose something else.
refusal-out-of-stock = This is out of stock. Send /buy to choose something else.
refusal-no-price = This has no price yet; the distributor has been told. Try again later, or send /buy to choose something else.
# $most: the largest quantity that can be ordered now
refusal-quantity-not-a-number =
    { $most ->
        [one] Send the quantity as a number. Only 1 can be ordered now.
       *[other] Send the quantity as a whole number, from 1 to { $most }.
    }
refusal-quantity-too-small =
    { $most ->
        [one] The quantity cannot be less than 1. Only 1 can be ordered now.
       *[other] The quantity cannot be less than 1. Choose from 1 to { $most }.
    }
refusal-quantity-too-large =
    { $most ->
        [one] Only 1 card can be ordered now. Send a smaller quantity.
       *[other] At most { $most } cards can be ordered now. Send a smaller quantity.
    }
# $least, $most: the smallest and the largest amount, with the currency (25 USD)
refusal-card-amount-unreadable = I cannot read this amount. Send only a number, from { $least } to { $most }.
refusal-card-amount-out-of-bounds = This amount is not possible. Send one from { $least } to { $most }.
# $below, $above: the nearest amounts that are possible
refusal-card-amount-off-step = This amount is not possible. The nearest ones are { $below } and { $above }: send one of them, or another.
refusal-phone-needed = This card needs the recipient's phone number. Send /buy and choose it again.
refusal-phone-unreadable = I cannot read this phone number. Send it with its country code, like { $example }; an Algerian number may begin with 0.
# $total: the price of the order; $missing: what the wallet lacks for it
refusal-not-enough-balance = Insufficient balance: the order costs { $total }, your balance is { $balance }, you are { $missing } short. Top up with the distributor.
refusal-quote-unknown = This offer is not yours or no longer exists. Send /buy to start again.
refusal-quote-expired = This offer has expired, nothing was ordered. Send /buy for a new one.
refusal-too-late-to-cancel = Order { $order } can no longer be cancelled: it has left for the provider.
refusal-order-unknown = There is no such order.
refusal-nothing-there = There is nothing to do here any more.
refusal-agent-unknown = No shop was found. Give a member's Telegram number or a part of the shop's name.
refusal-agent-ambiguous = Several shops fit. Give more of the shop's name, or a member's Telegram number.
refusal-amount-unreadable = I cannot read this amount. Write it like 10000 or 1500,50.
refusal-own-currency = { $currency } is your own currency and needs no rate. Set what a provider's currency is worth in { $currency }.
refusal-currency-unknown = No provider is paid in { $currency }. Send /rate to see the currencies that need a rate.
refusal-already-done = This has been done already.
refusal-too-late-to-undo = It is too late to undo this. Use /adjust.
refusal-not-possible-now = The order's state does not allow this. Look at it with /order.
refusal-provider-order-unknown = The provider has no such order.

## Pop-ups on a button (200 characters at most). Plain text.

toast-working = One moment…
toast-old-button = This button is no longer valid. Send /buy to start again.
