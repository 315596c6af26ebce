"""`onething sandbox bank`: the bank's page, with its own key and certificate from the folder of members."""

from pathlib import Path

import uvicorn

from onething.core.settings import get_settings, settings_of
from onething.exchange.gateway.service import KEY_NAME, Asker
from onething.exchange.settings import ExchangeSettings
from onething.sandbox.bank.app import make_app
from onething.trust.service import key_store


def run(port: int, folder: Path | None) -> None:
    """Serve the page until Ctrl-C."""
    settings = get_settings()
    where = folder or settings_of(ExchangeSettings).gateway_dir or settings.data_dir / "gateways"
    asker = Asker("bank", where, key_store("bank").signer(KEY_NAME))
    app = make_app(asker, settings.public_url.rstrip("/"), f"http://127.0.0.1:{port}")
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)
