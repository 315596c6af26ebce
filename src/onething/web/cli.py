"""`onething serve`: the web server."""

import typer
import uvicorn

from onething.core.process import settle_in
from onething.web.http.app import create_app

app = typer.Typer(help="Serve the portal, the console and the API.", invoke_without_command=True)


@app.callback()
def serve(
    host: str = typer.Option("127.0.0.1", help="Address to listen on."),
    port: int = typer.Option(8000, help="Port to listen on."),
    proxy: str = typer.Option(
        "", help="Addresses of trusted proxies whose X-Forwarded-For is believed, comma separated."
    ),
) -> None:
    """Run until stopped. Behind a proxy, name it with --proxy, so that limits count the right addresses."""
    product = create_app()
    settle_in()
    uvicorn.run(
        product, host=host, port=port, loop="uvloop", http="httptools", access_log=False, server_header=False,
        proxy_headers=bool(proxy), forwarded_allow_ips=proxy or None, log_config=None, timeout_graceful_shutdown=10,
    )  # fmt: skip
