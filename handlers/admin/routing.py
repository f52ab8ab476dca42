"""Who may reach an admin's handler; anybody else is answered as if it did not exist."""

from functools import wraps

from telegram import Update

from bot.texts import Markup, Voice, code
from handlers import routes
from handlers.admin import arguments
from handlers.callbacks import Verb
from handlers.context import Callback, Context
from handlers.fallbacks import old_button, unknown_command
from handlers.guards import Who
from handlers.rendered import Rendered
from handlers.replying import say
from handlers.routes import Route

EXAMPLES: dict[str, dict[str, str]] = {
    "topup": {"example": "/topup Chez Ali 10000 cash"},
    "adjust": {"example": "/adjust Chez Ali -200 PSN 10 USD"},
    "agent": {"example": "/agent Chez Ali", "rename": "/agent Chez Ali name Chez Ali Oran"},
    "suspend": {"example": "/suspend Chez Ali"},
    "reinstate": {"example": "/reinstate Chez Ali"},
    "margin": {
        "all": "/margin 5",
        "one": "/margin Chez Ali 7,5",
        "usual": f"/margin Chez Ali {arguments.DEFAULT}",
    },
    "rate": {"example": "/rate USD 250"},
    "limit": {
        "example": "/limit Chez Ali 50000",
        "unlimited": f"/limit Chez Ali {arguments.NO_LIMIT}",
    },
    "order": {"example": "/order 17"},
    "resolve": {"example": "/resolve 17"},
    "adopt": {"shelf": "/adopt ID", "order_example": "/adopt ID 17"},
    "provider": {"refresh": "/provider refresh", "thaw": "/provider thaw"},
}
"""What the usage of each command shows; a name may have spaces."""


def command(name: str, handler: Callback) -> Route:
    """Lead an admin's `/name` to `handler`."""
    return routes.command(name, _for_admins(handler, unknown_command), Who.ANYONE)


def button(verb: Verb, handler: Callback, *, place: str = "") -> Route:
    """Lead an admin's presses of `verb` to `handler`."""
    return routes.button(verb, _for_admins(handler, old_button), Who.ANYONE, place=place)


def typed_after(context: Context) -> str:
    """What was typed after the command, its words a space apart."""
    return arguments.clean(" ".join(context.args or ()))


async def usage(update: Update, context: Context, name: str) -> None:
    """Say how a command is used."""
    await say(update, context, Rendered(html=usage_of(name, context.voice)))


def usage_of(name: str, voice: Voice) -> Markup:
    """Write how a command is used; a tap copies an example, to be changed and sent."""
    examples = {argument: code(example) for argument, example in EXAMPLES[name].items()}
    return voice.say(f"usage-{name}", **examples)


def _for_admins(handler: Callback, otherwise: Callback) -> Callback:
    @wraps(handler)
    async def checked(update: Update, context: Context) -> None:
        await (handler if context.who.is_admin else otherwise)(update, context)

    return checked
