"""What this room brings to the house."""

from onething.core.manifests.rooms import Command, Room

ROOM = Room(
    name="host",
    about="Makes the processes of an installation from the manifests of its rooms.",
    commands=(
        Command("check", "onething.host.checking:app", "检查 · what a city must not go live with"),
        Command("serve", "onething.host.servers:serve", "启动服务 · serve the portal, the console and the API"),
        Command("worker", "onething.host.servers:worker", "后台办理 · carry out cases, send messages, watch deadlines"),
        Command(
            "gateway",
            "onething.host.servers:gateway",
            "部门网关 · signed and mutually authenticated exchange in front of an agency",
        ),
        Command(
            "witness",
            "onething.host.servers:witness",
            "见证 · cosign checkpoints of logs after checking that they only grew",
        ),
    ),
)
