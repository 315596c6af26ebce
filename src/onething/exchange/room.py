"""What this room brings to the house."""

from onething.core.manifests.rooms import Command, Room, Rounds

ROOM = Room(
    name="exchange",
    about="Agencies are asked instead of the citizen: adapters, gateways, consent, message log, stored orders.",
    needs=("core", "catalog", "trust", "subjects"),
    settings=("onething.exchange.settings:ExchangeSettings",),
    acts=("onething.exchange.acts:ACTS",),
    tables=("onething.exchange.tables", "onething.exchange.contrib.robot.tables"),
    rounds=(
        Rounds("forwarding", "onething.exchange.rounds:forwarding"),
        Rounds("forgetting", "onething.exchange.rounds:forgetting"),
    ),
    metrics=("onething.exchange.vitals:figures",),
    status=("onething.exchange.public_status:services",),
    commands=(
        Command(
            "exchange", "onething.exchange.cli:app", "部门接口 · ask agencies, see their health, read the message log"
        ),
    ),
    parts={
        "exchange.adapters": {
            "rest": "onething.exchange.contrib.rest:RestAdapter",
            "robot": "onething.exchange.contrib.robot.adapter:RobotAdapter",
            "soap": "onething.exchange.contrib.soap:SoapAdapter",
            "sql_view": "onething.exchange.contrib.sql_view:SqlViewAdapter",
            "file_drop": "onething.exchange.contrib.file_drop:FileDropAdapter",
            "change_feed": "onething.exchange.contrib.change_feed:ChangeFeedAdapter",
            "gateway": "onething.exchange.contrib.gateway:GatewayAdapter",
            "demo": "onething.exchange.contrib.demo:DemoAdapter",
            "failing": "onething.exchange.contrib.demo:FailingAdapter",
        },
        "catalog.checks": {"exchange": "onething.exchange.catalog_check:check"},
    },
    production=("onething.exchange.production:check",),
)
