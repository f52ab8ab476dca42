### What every part of the conversation shares: languages, buttons, commands, help.
### Brand names, /commands and @names stay as they are. A card code never stands in these files.

## Language

language-name = English
language-question = Choose your language.
language-changed = From now on I speak English with you.

## Buttons. Plain text: no tags.

button-back = ↩️ Back
button-cancel = ✖️ Cancel
# The arrows point the way the language is read.
button-previous = ◀
button-next = ▶
# $page (number) of $pages (number)
button-page = { $page }/{ $pages }

## The first words, and being let in

welcome = Welcome, <b>{ $shop }</b>. Send /buy to buy cards, /wallet to see your balance, /help for the rest.
welcome-admin = You are an admin here. Send /help to see your commands, or press the menu button.
access-offer = This bot sells gift cards to registered shops. Press the button to ask for access: the distributor's people decide, and the answer comes here.
access-asked = Your request is with the distributor's people. The answer will come here.
access-approved = ✅ <b>You are in.</b> Send /buy to buy cards, /wallet to see your balance, /help to see how it works.
access-declined = Your request was declined. Questions? { $support }
button-access = 🙋 Ask for access
# Stands for $support where the distributor gave no contact
support-unknown = Ask whoever gave you this bot.

## Leaving a question unanswered

cancelled = Cancelled. Send /buy when you want to buy.
nothing-to-cancel = There is nothing to cancel.

## Help. $support: how to reach the distributor's people

help =
    <b>How it works</b>
    Send /buy, choose the product, the type and the quantity, and confirm.
    The card codes arrive here, in this chat.

    /buy — buy cards
    /orders — your orders, and their codes again
    /wallet — your balance and your last movements
    /language — change the language
    /cancel — leave what you were doing

    Orders are final: check the product before you confirm.
    Never buy a second time because an order is late: it is followed until the end, and what is not delivered is not charged.

    Questions? { $support }
help-admin =
    <b>For admins</b>
    <b>Shops</b>: /agents, /agent, /suspend, /reinstate
    <b>Money</b>: /topup, /adjust, /limit, /margin, /rate
    <b>Orders</b>: /sales, /order, /resolve, /adopt
    <b>Selling</b>: /provider, /pause, /resume, /health
    <b>Reports</b>: /export

    A command sent alone explains how to use it.

## The bot's own page in Telegram (512 and 120 characters at most). Plain text.

bot-description =
    Gift cards for shops: choose the product, the type and the quantity, confirm, and the codes arrive in this chat a moment later.

    Your balance, your orders and your codes stay here whenever you need them.

    Press Start to ask for access.
bot-short-description = Gift cards for shops: the codes arrive in the chat.

## Command menus (256 characters at most). Plain text.

command-start = Start
command-buy = Buy cards
command-orders = My orders and their codes
command-wallet = My balance and movements
command-language = Change the language
command-help = Help and contact
command-cancel = Leave what I was doing
command-agents = All shops
command-agent = One shop: balance, members, orders
command-topup = Top up a shop's balance
command-adjust = Correct a shop's balance, with a reason
command-limit = A shop's credit limit
command-margin = Margin, for all or for one shop
command-rate = Rate of a provider's currency
command-suspend = Suspend a shop
command-reinstate = Let a suspended shop work again
command-sales = Sales: today, 7 and 30 days
command-order = One order in detail
command-resolve = Settle an order that is stuck
command-adopt = Take over an order found at the provider
command-provider = Provider: balance, state, catalog
command-pause = Stop selling
command-resume = Sell again
command-export = Export for the auditor
command-health = State of the bot
