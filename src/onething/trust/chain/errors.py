"""What may go wrong with a chain, in words."""

from onething.core.errors import define

CHAIN_AWAY = define(
    "chain.away", 503, exit_code=4,
    zh=("联系不上区块链节点。", "证照已经签发，存证会自动补上。请检查 ONETHING_CHAIN_RPC_URL 指向的节点。"),
    en=("The chain's node does not answer.", "Certificates are issued all the same and anchored later. Check the node at ONETHING_CHAIN_RPC_URL."),
)  # fmt: skip
REVERTED = define(
    "chain.reverted", 409,
    zh=("合约拒绝了这次操作：{why}。", "请核对权限和当前状态，再决定是否重试。"),
    en=("The contract refused this: {why}.", "Check the right to do it and the present state before trying again."),
)  # fmt: skip
OTHER_TRANSACTION = define(
    "chain.other_transaction", 409,
    zh=("同一个幂等键已经用于另一笔链上操作。", "请换一个新的键。"),
    en=("This idempotency key was used for another transaction.", "Use a new key."),
)  # fmt: skip
NOT_DEPLOYED = define(
    "chain.not_deployed", 503, exit_code=4,
    zh=("这条链上还没有部署合约。", "请运行 onething chain deploy，或启动一个工作进程，它会自动部署。"),
    en=("The contracts are not deployed on this chain yet.", "Run `onething chain deploy`, or start a worker, which does it."),
)  # fmt: skip
ACCEPTED_BEFORE = define(
    "chain.accepted_before", 409,
    zh=("这件事实已经被接受过一次。", "无需再次提交。"),
    en=("This fact was accepted before.", "There is no need to hand it in again."),
)  # fmt: skip
TOO_FEW_RELAYS = define(
    "chain.too_few_relays", 409,
    zh=("作证的中继不足：需要 {needed} 家，实际 {got} 家。", "请等更多中继核实后再提交。"),
    en=("Too few relays vouch for it: {needed} are needed, {got} did.", "Hand it in again when more relays have checked it."),
)  # fmt: skip
NOT_VOUCHED = define(
    "chain.not_vouched", 409,
    zh=("这个中继不作证：{why}。", "请核对来源链或日志的状态；若为分叉或回滚，请保留两份检查点并报告。"),
    en=("This relay does not vouch for it: {why}.", "Look at the source's state; of a fork or roll-back keep both checkpoints and report them."),
)  # fmt: skip
