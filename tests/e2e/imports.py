"""What the bot imports, imported ahead by the process that its own are forked off."""

import pkgutil

from bot import commands
from bot.commands import imported

for one in pkgutil.iter_modules(commands.__path__):
    imported(one.name)
