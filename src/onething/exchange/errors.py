"""What may go wrong in the exchange: codes a person meets, and what a bad signature raises."""

from onething.core.errors import define


class SignatureError(ValueError):
    """Why a message is not taken as signed; `code` is stable, the text never repeats what the message says."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code


NO_FOLDER = define(
    "gateway.no_folder", 500, exit_code=2,
    zh=("没有设置 ONETHING_GATEWAY_DIR，不能经网关查询。", "请用 onething gateway setup 生成目录，再设置这个变量。"),
    en=("ONETHING_GATEWAY_DIR is not set, so nothing can be asked through gateways.", "Make the folder with onething gateway setup, then set it."),
)  # fmt: skip
BAD_DIRECTORY = define(
    "gateway.directory", 500, exit_code=2,
    zh=("成员名册“{path}”读不出来。", "请用 onething gateway setup 生成，或从数据交换运行单位取得最新名册。"),
    en=("The directory of members “{path}” cannot be read.", "Make one with onething gateway setup, or get it from the operator of the exchange."),
)  # fmt: skip
QUEUE_FULL = define(
    "exchange.queue_full", 503, exit_code=4,
    zh=("发往“{agency}”的事项积压过多，暂时不能再收。", "请等该部门恢复后再提交；已经存下的不会丢失。"),
    en=("Too many orders wait for “{agency}”; no more are taken for now.", "Try again when the agency is back; what is stored is not lost."),
)  # fmt: skip
KEY_REUSED = define(
    "exchange.key_reused", 409,
    zh=("同一个幂等键已经用于另一项办理。", "请换一个新的键。"),
    en=("This idempotency key belongs to another order.", "Use a new key."),
)  # fmt: skip
NO_ADAPTER = define(
    "exchange.no_adapter", 500, exit_code=2,
    zh=("城市配置里写的接口方式“{name}”没有安装。", "请检查机构配置中的 gateway.adapter，可用的有：{known}。"),
    en=("The city package names the adapter “{name}”, which is not installed.", "Check gateway.adapter in the agency's file; there are: {known}."),
)  # fmt: skip
UNKNOWN_OPERATION = define(
    "exchange.unknown_operation", 500, exit_code=3,
    zh=("城市配置里没有“{operation}”这个接口。", "请检查事项配置中的接口名称，格式为 机构.操作。"),
    en=("The city package has no operation “{operation}”.", "Check the name in the service's file; it reads agency.operation."),
)  # fmt: skip
UNFIT_UNSIGNED = define(
    "exchange.unfit_unsigned", 500,
    zh=("向部门查询时没有签名和双向认证。", "请用 onething gateway setup 或本市的证书建立成员目录，并设置 ONETHING_GATEWAY_DIR。"),
    en=("Agencies are asked without signed messages and mutual TLS.", "Make the directory of members (`onething gateway setup`, or the city's own certificates) and set ONETHING_GATEWAY_DIR."),
)  # fmt: skip
UNFIT_MOCKED = define(
    "exchange.unfit_mocked", 500,
    zh=("各部门是模拟的：设了 ONETHING_GATEWAYS_MOCKED。", "请去掉这个设置；它只用来试办城市配置包。"),
    en=("The agencies are mocked: ONETHING_GATEWAYS_MOCKED is set.", "Take the setting away; it is for trials of a city package only."),
)  # fmt: skip
UNFIT_OPEN_TLS = define(
    "exchange.unfit_open_keys", 500,
    zh=("网关的 TLS 私钥没有加密：{files}。", "请设置 ONETHING_TRUST_PASSPHRASE，然后运行 onething gateway seal-keys；认证机构的私钥请移到另一台机器。"),
    en=("The gateway's TLS keys lie in the clear: {files}.", "Set ONETHING_TRUST_PASSPHRASE, then run `onething gateway seal-keys`; keep the authority's key on another machine."),
)  # fmt: skip
