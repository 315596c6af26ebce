"""The words of the pages: `messages/zh/<area>.yaml` and `messages/en/<area>.yaml`, asked for as `area.key.sub`."""

from pathlib import Path

from onething.core.i18n import Texts

MESSAGES = Texts(Path(__file__).parents[1] / "messages")
say = MESSAGES.say
