### The wallet, as the shop sees it. Amounts come in written for the reader.

wallet-balance = <b>Your balance: { $balance }</b>
wallet-held = Reserved for open orders: { $held }
# $spendable: the balance and the credit together
wallet-limit = Credit limit: { $limit }. You can spend { $spendable }.
wallet-no-limit = Credit: unlimited.
wallet-today = Today: orders { $orders }, cards { $cards }, charged { $charged }
wallet-movements = <b>Last movements</b>
wallet-no-movements = No movements yet. The distributor tops up your balance.

## One line each. $amount: with a minus when it left the wallet

movement-hold = { $at } · order { $order } · { $amount }
movement-release = { $at } · given back, order { $order } · { $amount }
movement-topup = { $at } · top-up · { $amount }
movement-adjust = { $at } · correction · { $amount }
movement-undo = { $at } · undone · { $amount }
# $memo: what the distributor noted
movement-memo = “{ $memo }”

## What the shop is told when something moved without it

# $amount: without its sign
wallet-added = 💰 <b>{ $amount } was added to your balance.</b>
wallet-taken = 💰 <b>{ $amount } was taken from your balance.</b>
wallet-moved-balance = Balance: { $balance }
standing-suspended =
    ⛔ <b>Your shop is suspended.</b>
    Nothing can be bought for now. Cards already ordered still arrive. Send /help to see whom to contact.
standing-reinstated = ✅ <b>Your shop can buy again.</b> Send /buy.
