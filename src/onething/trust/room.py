"""What this room brings to the house."""

from onething.core.manifests.rooms import Command, Room

ROOM = Room(
    name="trust",
    about="Keys, transparency log and witnesses, chain, certificates that anybody can check, court packages.",
    needs=("core",),
    settings=("onething.trust.settings:TrustSettings",),
    tables=("onething.trust.tables", "onething.trust.chain.tables", "onething.trust.credentials.tables"),
    metrics=("onething.trust.credentials.vitals:figures",),
    status=("onething.trust.credentials.vitals:services",),
    commands=(
        Command(
            "ledger",
            "onething.trust.cli:app",
            "存证账本 · evidence log, keys, monitoring, court packages and their verification",
        ),
    ),
    production=("onething.trust.production:check",),
    soundness=("onething.trust.soundness:check",),
    parts={"trust.time": {"rfc3161": "onething.trust.court.outside_stamps"}},
)
