"""The sentences of a check: short enough for the page, plain enough for the person who holds the paper."""

from onething.core.i18n import Text
from onething.trust.credentials.models import Verdict

VERDICTS = {
    Verdict.GENUINE: Text(zh="是真的，现在有效。", en="Genuine, and in force."),
    Verdict.STATUS_UNKNOWN: Text(zh="有签名且没有改动；现在是否有效，这里确认不了。", en="Signed and unaltered; whether it is in force cannot be confirmed here."),
    Verdict.EXPIRED: Text(zh="已过有效期。", en="Expired."),
    Verdict.SUSPENDED: Text(zh="已被签发部门暂停。", en="Suspended by its agency."),
    Verdict.WITHDRAWN: Text(zh="已被签发部门撤销。", en="Revoked by its agency."),
    Verdict.REPLACED: Text(zh="已换发，这份不能再用。", en="Replaced; no longer to be used."),
    Verdict.FORGED: Text(zh="不是真的，或者被改动过。", en="Not genuine, or altered."),
    Verdict.UNKNOWN: Text(zh="里面没有可以查验的内容。", en="There is nothing in it to be checked."),
}  # fmt: skip
LIST_OF = Text(
    zh="用的是文件里 {at} 的部门名录，此后吊销的密钥在这里看不出来。",
    en="The list of agencies in the file is of {at}; a key revoked since cannot be known from it.",
)
ROOT_NOT_COMPARED = Text(
    zh="名录随文件而来，请把根密钥指纹与公布的核对：{root}",
    en="The list of agencies came with the file: compare its root's fingerprint with the published one: {root}",
)
NO_CERTIFICATE = Text(zh="这里面没有可以查验的证照数据。", en="There is no certificate in this that could be checked.")
NOT_OURS = Text(
    zh="这个文件没有本平台证照的签名。它也许是打印件的扫描，请改扫上面的二维码。",
    en="This file carries no signature of our certificates. It may be a scan of a print: scan its QR code instead.",
)
FILE_OK = Text(zh="文件从盖章以后没有改动过。", en="The file is unchanged since it was sealed.")
FILE_CHANGED = Text(zh="文件在盖章以后被改动过。", en="The file was changed after it was sealed.")
DOCUMENT_BROKEN = Text(
    zh="文件里的证照数据不完整或被改动过。", en="The certificate's data in the file is incomplete or was altered."
)
ROOT_UNKNOWN = Text(
    zh="文件附带的签发部门名录不是由您认识的根密钥签署的。",
    en="The list of agencies in the file is not signed by the root you know.",
)
NO_TRUST_LIST = Text(
    zh="没有签发部门名录，无法判断是谁签的。", en="Without a list of agencies nobody can tell who signed it."
)
SIGNATURE_OK = Text(zh="{agency}的签名是真的。", en="The signature of {agency} is genuine.")
SIGNATURE_BAD = Text(
    zh="签名与内容对不上，内容被改动过。", en="The signature does not fit the content: it was altered."
)
KEY_UNKNOWN = Text(zh="签名的密钥不属于任何签发部门。", en="The key that signed it belongs to no agency.")
KEY_REVOKED = Text(
    zh="签名的密钥在签发时已不是{agency}的有效密钥。",
    en="The key that signed it was no valid key of {agency} at that time.",
)
MAY_NOT = Text(zh="{agency}无权签发这种证照。", en="{agency} may not issue this kind of certificate.")
OTHER_SEAL = Text(
    zh="文件上的章和证照数据不是同一个部门的。", en="The seal on the file is not of the agency that signed the data."
)
SEAL_OK = Text(zh="国密电子印章（SM2/SM3）有效。", en="The SM2/SM3 seal is good.")
SEAL_BAD = Text(zh="国密电子印章与内容对不上。", en="The SM2/SM3 seal does not fit the content.")
LOG_OK = Text(
    zh="已登记在公开存证日志里，有见证方共同签署。", en="It is recorded in the public log, cosigned by witnesses."
)
LOG_NONE = Text(zh="文件里没有附存证日志的证明。", en="The file brings no proof from the public log.")
LOG_BAD = Text(zh="附带的存证日志证明是假的。", en="The proof from the public log is false.")
LOG_LOST = Text(
    zh="它登记在日志已结束的一期里；本系统曾由备份恢复，这之后签发的记录在这里丢失了。请向签发部门核实并补发。",
    en="It stands in an epoch of the log that was closed: this installation was restored from a backup and lost its record. Ask the agency to confirm it and issue it again.",
)
VALID = Text(zh="在有效期内。", en="It is within its period of validity.")
EXPIRED = Text(zh="已过有效期。", en="Its period of validity is over.")
STATUS_UNKNOWN = Text(
    zh="没有联网查询，不知道是否被撤销。请联网后再查一次。",
    en="Nobody could be asked whether it was revoked. Check again online.",
)
NOT_ANCHORED = Text(
    zh="刚刚签发，合约上还在登记，通常几秒钟。请稍后再查。",
    en="It was just issued and is being recorded, which takes seconds. Check again shortly.",
)
OTHER_DIGEST = Text(zh="合约上登记的不是这份内容。", en="The contract has other content for this certificate.")
IN_FORCE = Text(
    zh="合约登记为有效，没有被暂停或撤销。", en="The contract has it in force, neither suspended nor revoked."
)
SUSPENDED = Text(zh="签发部门已暂停使用这份证照。", en="The agency has suspended this certificate.")
REVOKED = Text(zh="签发部门已撤销这份证照。", en="The agency has revoked this certificate.")
REPLACED = Text(zh="这份证照已被新的一份替换。", en="This certificate was replaced by a newer one.")
