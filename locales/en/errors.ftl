### What is said when something is not possible, or went wrong.

# $error_id: what the distributor finds it by in the log
error-unexpected =
    Something went wrong on our side. Your money and your orders are safe.
    Try again in a moment; if it happens again, tell us this number: { $error_id }
# $link: the bot's private chat
private-chat-only = I only work in a private chat: { $link }
not-understood = I did not understand. Send /buy to buy cards, or /help.
unknown-command = I do not know this command. Send /help to see what I can do.
not-allowed = You cannot do this.
access-needed = This bot is for registered shops. Send /start to ask for access.
agent-suspended = Your shop is suspended. Contact { $support }

## Pop-ups on a button (200 characters at most). Plain text.

toast-working = One moment…
toast-not-allowed = You cannot do this.
toast-not-yours = This button belongs to somebody else.
toast-old-button = This button is no longer valid. Send /buy to start again.
toast-error = Something went wrong. Try again in a moment.
