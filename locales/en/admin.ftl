### What the distributor's people read: requests, alerts, answers to their commands.
### Words after a command that the bot understands (none, default, settle…) come as arguments.

## Buttons. Plain text: no tags.

button-approve = ✅ Approve
button-decline = ✖️ Decline
button-undo = ↩️ Undo
button-seen = 👁 Seen
button-thaw = 🔄 Try again
button-resume = ▶️ Sell again
button-shelve = 📦 Sell its cards
# $order: the number of an order
button-look = 🔎 Order { $order }
button-absent = ✖️ Not placed: give back
# $cards: how many cards came
button-settle = ✅ Close with cards: { $cards }
# $its_id: the provider's id of an order
button-adopt = ✅ { $its_id }

## A stranger asks for access. $contact: @name and Telegram id, or the id alone

admin-access-asked =
    🙋 <b>Request for access</b>
    { $name }
    Telegram: { $contact }
# $decision: approved or declined; $admin: whose decision it was
admin-access-decided =
    { $decision ->
        [approved] ✅ Approved by { $admin }.
       *[other] ✖️ Declined by { $admin }.
    }
toast-access =
    { $decision ->
        [approved] Approved.
       *[other] Declined.
    }
toast-access-before =
    { $decision ->
        [approved] Already approved by { $admin }.
       *[other] Already declined by { $admin }.
    }

## Alerts: what happened, and what to do.
## $shop: the shop's name; $what: product, type and quantity

alert-provider-balance-low =
    ⚠️ <b>The balance at { $provider } is too low</b>
    An order that costs { $needed } could not be placed; the shop was not charged.
    Top up the account at { $provider }; selling goes on by itself.
alert-provider-balance-soon =
    🔋 <b>The balance at { $provider } will not last a day</b>
    Left: { $left }. The sales of the last 24 hours cost { $day }.
    Top up the account at { $provider } before sales stop.
# $reason: in the provider's words
alert-provider-frozen =
    ⛔ <b>{ $provider } is frozen</b>
    It rejected our key, our address or our account: { $reason }
    Nothing can be sold from it, and its open orders wait.
    Put it right at the provider, then press “Try again”. A new key goes into { $settings }, then restart the bot.
alert-order-unknown =
    ❓ <b>Order { $order }: not found at the provider so far</b>
    { $shop }, { $what }, { $total }
    The answer was lost, so it may or may not have been placed. The shop's money stays reserved, nothing is sent again, and the search goes on by itself.
    If you know more than the bot: { $resolve }
alert-order-ambiguous =
    ❓ <b>Order { $order }: several provider orders fit</b>
    { $shop }, { $what }, { $total }
    The answer was lost, and the bot cannot tell which order at the provider is ours. Press the one that it is; details: { $resolve }
# $reason: in the provider's words
alert-money-trouble =
    💸 <b>Order { $order }: the provider tells of trouble with the money</b>
    { $shop }, { $what }, { $total }
    The provider says: { $reason }
    The order may or may not have been placed, and its money may be with the provider. The shop's money stays reserved, nothing is sent again, and the order is looked for as usual. Ask the provider's support what became of it.
# $its_id: the provider's id of the order; $what: product and type in the provider's ids
alert-foreign-order =
    👽 <b>An order at the provider that is not ours</b>
    { $its_id }: { $what }
    Somebody else may be using the provider's key, which must belong to this bot alone.
    If it is yours, its cards can be sold here. If it is one of our unknown orders, add that order's number: { $adopt }
alert-doubted-order =
    📦 <b>Cards in stock in an old copy</b>
    { $its_id }: { $what }
    They were waiting for a sale when the copy was made, and may have been sold since.
    Ask the shops. If nobody has them, put them on sale again with the button; if a shop has them, charge it with /adjust.
alert-shelf-order =
    📦 <b>Cards arrived for an order that had been given up</b>
    { $its_id }, cards: { $cards }
    They are paid for. The next sale of the same cards takes them first; nothing is to be done.
# $since: when the provider took it; $status: its word; $its_order: its own number for the order
alert-order-slow =
    🐢 <b>Order { $order }: still no end at the provider</b>
    { $shop }, { $what }, { $total }
    The provider took it at { $since }. Its number there: { $its_order }; its status: { $status }
    The shop's money stays reserved, nothing is given back by itself, and the bot goes on looking. Tell the shop, and ask the provider's support. Only when it confirms that no more cards will come, close the order at the cards received with { $close }
# $status: the provider's word; $ordered, $fulfilled, $cards: how many
alert-count-mismatch =
    ⚠️ <b>Order { $order }: the provider's numbers do not agree</b>
    { $shop }, { $what }
    Status { $status }; ordered: { $ordered }; delivered, by its count: { $fulfilled }; cards received: { $cards }
    What came was charged and delivered; the rest stays reserved, and the bot goes on looking. Ask the provider; when no more will come, close the order here or with { $resolve }
alert-settled-changed =
    ⚠️ <b>Order { $order } changed at the provider after it was closed</b>
    { $shop }, { $what }
    Status { $before } → { $now }; charged by the provider: { $amount }
    Nothing was changed here. Ask the provider why; correct the shop's balance with /adjust if needed.
alert-delivery-parked =
    📭 <b>Order { $order }: the cards cannot be delivered</b>
    { $shop }, { $what }
    Telegram says: { $reason }
    The cards wait, and are sent as soon as the shop writes to the bot. Call the shop.
alert-cost-above-price =
    📉 <b>Order { $order } was sold below cost</b>
    { $shop }, { $what }
    Charged to the shop: { $charged }; taken by the provider: { $cost }
    The price had been promised. Look at the margin: /margin
alert-restored =
    🛟 <b>Restore mode: selling is stopped</b>
    The database is older than what the provider knows. Orders of the lost time may be delivered already, so none of them is taken over by itself.
    Unknown orders: { $orders }
    Decide on each of them with /resolve, and on each foreign one with /adopt; then sell again.
alert-two-bots =
    👥 <b>Two bots run on one token</b>
    Telegram says that another program reads this bot's messages. Placing stops until a minute has passed without it.
    Stop the other one. If there is none, change the token with @BotFather.
# $set: the command that sets a rate; $one: one unit of the provider's currency, $rate: what it is worth
alert-rate-missing =
    💱 <b>There is no rate for { $currency }</b>
    A provider is paid in { $currency }: without a rate its cards have no price, and none is sold.
    Send what one { $currency } is worth to you, such as { $set }
alert-rate-stale =
    💱 <b>The rate of { $currency } is more than a week old</b>
    { $one } = { $rate }, since { $at }.
    If it is still right, say so: { $set } — else send today's.
# $values: how many; $rows: the first of them; $keys: the names of older card keys; $setting: the setting that holds them; $verify: a command
alert-seal-broken =
    🔐 <b>Something sealed does not open any more</b>
    How many: { $values }. First of all: { $rows }
    It was damaged or changed in the database. Everything else is sealed with the newest card key; { $keys } must stay in { $setting }.
    Call { $verify } on the server: it names each of them. Then read “Changing keys” in the manual.

# An alert that nobody had to act on.
admin-over = ✅ This is over: nothing is left to be done.
# $admin: who acted; $action: what was done
admin-acted =
    { $action ->
        [seen] 👁 Seen by { $admin }.
        [thaw] ✅ Thawed by { $admin }.
        [settle] ✅ Closed by { $admin }.
        [absent] ✅ Closed as never placed by { $admin }.
        [adopt] ✅ Taken over by { $admin }.
        [resume] ✅ Selling resumed by { $admin }.
        [rate] ✅ Rate set by { $admin }.
       *[other] ✅ Done by { $admin }.
    }
toast-acted =
    { $action ->
        [seen] Noted.
        [settle] Closed at the cards received.
        [absent] Closed: the shop has its money back.
        [adopt] Taken over.
        [resume] Selling goes on.
       *[other] Done.
    }
toast-acted-before = { $admin } has done this already.

## Money

admin-topped-up =
    ✅ <b>{ $shop }</b>: { $amount } topped up.
    Balance: { $balance }
admin-adjusted =
    ✅ <b>{ $shop }</b>: corrected by { $amount }.
    Balance: { $balance }
admin-memo = Note: { $memo }
admin-moved-before =
    ☑️ <b>{ $shop }</b>: this message was carried out before ({ $amount }); nothing was done again.
    Balance: { $balance }
admin-undone =
    ↩️ <b>{ $shop }</b>: undone by { $admin } ({ $amount }).
    Balance: { $balance }
toast-undone = Undone.
toast-undone-before = This was undone before; nothing was done again.
admin-two-readings =
    This can be read in more than one way, so nothing was done:
    { $rows }
    Write the amount without spaces, or name the shop by a member's Telegram number.
admin-reading = { $shop } — { $amount }
admin-percent-unreadable = I cannot read this percentage. Write a number from 0 to 1000, such as 5 or 7,5.

## Shops

admin-agents = <b>Shops</b> ({ $total })
admin-agents-none = There is no shop yet. When somebody sends /start and asks for access, you approve it here.
# $held: what open orders reserve
admin-agents-line = <b>{ $shop }</b> — { $balance }
admin-agents-line-suspended = ⛔ <b>{ $shop }</b> — { $balance }
admin-agent =
    <b>{ $shop }</b>
    Balance: { $balance }
    Reserved by open orders: { $held }
    Credit limit: { $limit }
    Margin: { $margin }
    Orders: { $orders }
    Today: { $today }
    Members:
    { $members }
admin-agent-suspended = ⛔ Suspended since { $at }.
admin-no-limit = unlimited
admin-margin-own = { $margin } (its own)
admin-margin-usual = { $margin } (as for all shops)
admin-renamed = ✅ The shop is called <b>{ $shop }</b> now.
admin-suspended = ⛔ <b>{ $shop }</b> is suspended and cannot buy. Cards already ordered still arrive. To lift it: /reinstate
admin-suspended-before = ⛔ <b>{ $shop }</b> was suspended already.
admin-reinstated = ✅ <b>{ $shop }</b> can buy again.
admin-reinstated-before = ✅ <b>{ $shop }</b> was not suspended.
admin-margin-default = The margin is { $margin } for every shop without its own.
admin-margin-set = ✅ From now on the margin is { $margin } for every shop without its own.
admin-margin-shop = ✅ <b>{ $shop }</b>: the margin is { $margin }.
admin-limit = ✅ <b>{ $shop }</b>. Credit limit: { $limit }

## Rates. $one: one unit of a provider's currency; $rate: what it is worth in the shop's

admin-rate = <b>{ $one } = { $rate }</b> — set { $at } ({ $age } ago)
admin-rate-none = <b>{ $currency }</b>: no rate yet, so that its cards cannot be sold.
admin-rates-none = Every provider is paid in { $currency }, your own currency: no rate is needed.
admin-rate-set = ✅ From now on { $one } = { $rate }.
admin-rate-before = Before: { $rate }, set { $at }.
# $margin: of shops without their own
admin-rate-example = A card that costs { $cost } is sold at { $price } (margin { $margin }).
# $again: the command that sets the rate before
admin-rate-far = ⚠️ This is far from the rate before. If it was a slip, send the old one at once: { $again }
admin-rate-unreadable = I cannot read this rate. Write a currency of three letters, then a number above zero.

## Selling

admin-paused = ⏸ Selling is stopped. Cards already ordered still arrive. To sell again: /resume
admin-paused-before = ⏸ Selling was stopped already. To sell again: /resume
admin-resumed = ▶️ Selling goes on.
admin-not-yet = ⏳ Not yet: the provider's orders since the copy have not all been read. Try again in a minute.
admin-resumed-before = ▶️ Selling was not stopped. (A frozen provider: see /provider)
admin-sold = orders: { $orders }; cards: { $cards }; { $charged }
admin-sold-profit = orders: { $orders }; cards: { $cards }; { $charged }; profit: { $profit }
admin-sales =
    <b>Sales</b>
    <b>Today</b> — { $today }
    <b>Yesterday</b> — { $yesterday }
    <b>7 days</b> — { $week }
    <b>30 days</b> — { $month }
admin-sales-shop = { $shop } — { $sold }

## One order

admin-order =
    <b>Order { $order }</b>: { $state }
    <b>{ $shop }</b> (Telegram { $person_id })
    { $what }
    Price: { $price }; in all: { $total }
    { $provider }: { $its_id } { $status }
    { $timeline }
admin-order-none-yet = no ID yet
admin-order-reserved = { $at } — reserved: { $amount }
admin-order-sent = { $at } — sent to the provider
admin-order-accepted = { $at } — taken by the provider
admin-order-charged = { $at } — charged: { $amount } (cards: { $cards })
admin-order-charged-so-far = So far charged: { $amount } (cards: { $cards })
admin-order-given-back = { $at } — given back: { $amount }
admin-order-cost = Taken by the provider: { $amount }
admin-cost-abroad = { $cost } ({ $converted })
admin-order-reason = Why: { $reason }
admin-order-provider-said = The provider said: { $message }
# $outcome: accepted, refused, not-sent or unknown
admin-call =
    { $outcome ->
        [accepted] { $at } — call { $attempt }: accepted { $code }
        [refused] { $at } — call { $attempt }: refused { $code }
        [not-sent] { $at } — call { $attempt }: not sent { $code }
       *[unknown] { $at } — call { $attempt }: answer lost { $code }
    }
admin-state =
    { $state ->
        [confirmed] ⏳ confirmed, not sent yet
        [sending] 📤 being sent
        [unknown] ❓ unknown: we are checking with the provider
        [handling] ⏳ in progress at the provider
        [fulfilled] ✅ fulfilled
        [partially_filled] ☑️ partially filled
        [refunded] ↩️ refunded
        [refused] ✖️ refused
       *[withdrawn] ✖️ cancelled before it was sent
    }
admin-reason =
    { $reason ->
        [cancelled] the shop cancelled it
        [price-rose] the price rose
        [out-of-stock] out of stock
        [not-available] no longer sold
        [provider-balance] the balance at the provider was too low
        [paused] selling was stopped
        [frozen] the provider was frozen
        [too-late] it could not be sent in time
        [suspended] the shop was suspended
        [absent] the provider does not have it
       *[refused] the provider refused it
    }

## Deciding

admin-resolve-unknown =
    The answer to order { $order } was lost.
    Are you sure that the provider does not have it? The shop gets its money back: { $absent }
    Do you know its ID at the provider? The cards follow: { $adopt }
admin-resolve-candidates = At the provider, without an order of ours:
admin-resolve-candidate = { $its_id }
admin-resolve-foreign = { $its_id } — { $at }, { $status }
admin-resolve-handling =
    Closing order { $order } charges what came and gives the rest back. Ask the provider first: nothing more is looked for afterwards.
    { $settle }
admin-resolve-nothing = There is nothing to decide about order { $order }.
admin-resolved-settle = ✅ Order { $order } is closed at the cards received: { $cards }.
admin-resolved-absent = ✅ Order { $order } is closed as never placed; the shop has its money back.
admin-resolved-adopt = ✅ Order { $order } is { $its_id } at the provider; its cards follow.
admin-shelved = 📦 { $its_id } is ours now: the next sale of the same cards takes them first.

## The provider and the bot

admin-provider =
    <b>{ $provider }</b> ({ $environment })
    Balance: { $balance }
    In our books: { $books }
    Under way in open orders: { $in_flight }
    Calls left this minute: { $left }
    Catalog read: { $read_at }
admin-provider-first = 🥇 Sells first what several have.
# $first: the command that puts it first
admin-provider-not-first = To let it sell first what several have: { $first }
admin-provider-put-first = 🥇 What several have is now sold from { $provider } first, while it has some. Open orders stay where they are.
admin-provider-frozen =
    ⛔ Frozen since { $at }: { $reason }
    To try again: { $thaw }
admin-provider-turned-away = a call was turned away
admin-provider-halted = ⏳ It asked us to wait until { $at }.
admin-unreadable = could not be read
admin-never = never
admin-refreshed = ✅ The catalog was read anew.
admin-not-refreshed = The catalog could not be read: the provider does not answer as it should. What was read last stays.
admin-thawed = ✅ { $provider } answers again; selling goes on.
admin-not-thawed = ⛔ { $provider } still does not let us in, or does not answer. Put the key, the address or the account right with the provider first.
admin-no-such-provider = There is no provider of this name.
admin-health =
    <b>State of the bot</b>
    { $selling }
    Open orders: { $open }
    Deliveries that wait for a shop to write: { $parked }
    Alerts nobody has acted on: { $alerts }
    Events in the journal: { $journal }
    Starts so far: { $epoch }
admin-selling = ▶️ Selling.
admin-selling-paused = ⏸ Selling is stopped since { $at }. To sell again: /resume
admin-selling-restored = 🛟 Restore mode since { $at }. To sell again: /resume
admin-selling-rival = 👥 Another program runs on this bot's token.
admin-none = none
admin-open-line = { $count } — { $state }
admin-unknown-orders = Unknown orders: { $orders }. The oldest is from { $at }. Look at each with /resolve.

## The audit file

admin-export-caption = The books, the journal and the orders, for the auditor: no card code, no key. Check it with { $verify }.
admin-export-large = The audit file is too large for Telegram. Make it on the server: { $command }
admin-export-failed = The audit file could not be made or sent. The log tells why.

## Usage: a command without its arguments

usage-topup =
    Top up a shop's balance: /topup SHOP AMOUNT [note]
    SHOP is a part of its name or a member's Telegram number.
    Example: { $example }
usage-adjust =
    Correct a shop's balance, without cash: /adjust SHOP ±AMOUNT [reason]
    Example: { $example }
usage-agent =
    Show a shop: /agent SHOP
    Rename it: { $rename }
    Example: { $example }
usage-suspend =
    Suspend a shop at once: /suspend SHOP
    Example: { $example }
usage-reinstate =
    Let a suspended shop buy again: /reinstate SHOP
    Example: { $example }
usage-margin =
    For every shop: { $all }
    For one shop: { $one }
    As for all shops again: { $usual }
usage-rate =
    Set what one unit of a provider's currency is worth in yours: /rate CURRENCY RATE
    Example: { $example }
usage-limit =
    Set how far a shop may buy on credit: /limit SHOP AMOUNT
    Example: { $example }
    Unlimited: { $unlimited }
usage-order =
    Show an order: /order NUMBER
    Example: { $example }
usage-resolve =
    Decide about an order that is stuck: /resolve NUMBER
    It shows what is known and what can be done.
    Example: { $example }
usage-adopt =
    Take over an order found at the provider.
    To sell its cards: { $shelf }
    To give it to an unknown order of ours: { $order_example }
usage-provider =
    Read the catalog anew: { $refresh }
    Try a frozen provider again: { $thaw }
    Let one sell first what several have: { $first }
