"""What can be wrong with an upload or a page, in the applicant's words, with what to do next."""

from onething.core.errors import define
from onething.core.i18n import Text
from onething.documents.models import ReadProblem

NOT_READABLE_TYPE = define(
    "documents.not_an_image", 415,
    zh=("这个文件不是照片，也不是 PDF 或 OFD。", "请直接拍照上传，或选择 JPG、PNG、HEIC、PDF、OFD 文件。"),
    en=("This file is neither a photo nor a PDF or OFD.", "Take a photo, or choose a JPG, PNG, HEIC, PDF or OFD file."),
)  # fmt: skip
TWO_KINDS = define(
    "documents.two_kinds", 415,
    zh=("这个文件里藏着另一种文件，为了安全没有打开。", "请重新拍一张照片上传。"),
    en=("This file is two kinds of file in one and was not opened.", "Take a new photo and upload that."),
)  # fmt: skip
EMPTY_FILE = define(
    "documents.empty_file", 422,
    zh=("这个文件是空的。", "可能没有传完，请重新选择或重拍一张。"),
    en=("This file is empty.", "The transfer may have stopped half way; choose it again or take a new photo."),
)  # fmt: skip
TOO_LARGE = define(
    "documents.too_large", 413,
    zh=("文件有 {megabytes} MB，超过了 {limit} MB。", "请换用手机的普通拍照模式重拍，或把 PDF 分成几份上传。"),
    en=("The file has {megabytes} MB; the most is {limit} MB.", "Take it again in normal photo mode, or split the PDF."),
)  # fmt: skip
TOO_MANY_PIXELS = define(
    "documents.too_many_pixels", 413,
    zh=("图片太大了，有 {megapixels} 百万像素。", "请换用手机的普通拍照模式重拍({limit} 百万像素以内)。"),
    en=("The picture is too large: {megapixels} megapixels.", "Take it again in normal photo mode (up to {limit} megapixels)."),
)  # fmt: skip
TOO_SMALL = define(
    "documents.too_small", 422,
    zh=("图片太小({width}×{height}),上面的字认不出来。", "请上传原图，不要用缩略图或截图的局部。"),
    en=("The picture is too small ({width}×{height}) to read.", "Upload the original, not a thumbnail."),
)  # fmt: skip
DAMAGED = define(
    "documents.damaged", 422,
    zh=("这个文件打不开，可能已经损坏。", "请重新拍一张，或重新导出后再上传。"),
    en=("This file cannot be opened; it may be damaged.", "Take a new photo or export it again."),
)  # fmt: skip
ENCRYPTED_PDF = define(
    "documents.encrypted_pdf", 422,
    zh=("这个 PDF 设了密码，我们打不开。", "请去掉密码后再上传，或直接拍照。"),
    en=("This PDF is protected by a password.", "Remove the password and upload it again, or take a photo."),
)  # fmt: skip
EMPTY_PDF = define(
    "documents.empty_pdf", 422,
    zh=("这个文件里没有任何页面。", "请重新导出或扫描后再上传。"),
    en=("This file has no pages.", "Export or scan it again."),
)  # fmt: skip
UNPACKS_TOO_LARGE = define(
    "documents.unpacks_too_large", 413,
    zh=("这个文件解开后太大，为了安全没有打开。", "请重新导出，或直接拍照上传。"),
    en=("This file unpacks to far too much and was not opened.", "Export it again, or take a photo."),
)  # fmt: skip
TOO_COSTLY = define(
    "documents.too_costly", 413,
    zh=("打开这个文件要做的事远远超过一份普通材料，为了安全没有打开。", "请重新导出，或直接拍照上传。"),
    en=("Opening this file would take far more work than any paper does; it was not opened.", "Export it again, or take a photo."),
)  # fmt: skip
TOO_MANY_PAGES = define(
    "documents.too_many_pages", 413,
    zh=("这个文件有 {pages} 页，最多 {limit} 页。", "请只上传需要的那几页。"),
    en=("This file has {pages} pages; the most is {limit}.", "Upload only the pages that are needed."),
)  # fmt: skip
TEMPLATE_FAILED = define(
    "documents.template_failed", 500,
    zh=("证照没有生成成功。", "请稍后再试；经办人员会看到这个问题。"),
    en=("The certificate could not be drawn.", "Try again later; the staff will see this."),
)  # fmt: skip

_TEXTS: dict[str, tuple[str, str, str, str]] = {
    "blurred": ("照片有些模糊。", "请擦一下镜头、拿稳手机，在亮一点的地方重拍。", "The photo is blurred.", "Wipe the lens, hold the phone still and take it again in better light."),
    "dark": ("照片太暗了。", "请到亮一点的地方，或打开灯重拍。", "The photo is too dark.", "Take it again in better light."),
    "glare": ("照片上有大片反光。", "请换个角度，避开灯光直射，再拍一张。", "Part of the photo is washed out by glare.", "Change the angle so that no lamp shines on the paper and take it again."),
    "cut_edge": ("材料的边缘没有拍全。", "请让整张材料都在画面里，四边留一点空白。", "An edge of the paper is outside the picture.", "Keep the whole paper in the picture with a little space around it."),
    "mirrored": ("照片左右颠倒了，像镜子里的样子。", "请用后置摄像头重拍，或关闭自拍镜像。", "The photo is mirrored.", "Take it with the rear camera, or switch off mirroring."),
    "no_document": ("照片里没有找到证件或材料。", "请把材料平放、拍满画面后重拍。", "No document was found in the photo.", "Lay the paper flat, fill the picture with it and take it again."),
    "unknown_document": ("看到了文字，但认不出这是哪种材料。", "请确认拍的是需要的那一面；如果是其他材料，也可以照样提交，由工作人员查看。", "There is text, but we do not know this kind of document.", "Check that it is the right side; if it is another paper, you may hand it in anyway and an officer will look at it."),
    "empty_page": ("第 {page} 页是空白的。", "如果不该是空白，请重新扫描这一页。", "Page {page} is blank.", "If it should not be, scan that page again."),
    "reader_failed": ("这份材料没有读成功。", "文件已经收到并保存。您可以重拍一张，或直接把内容填在表里。", "This document could not be read.", "The file is saved. You may take it again or type what it says."),
    "reader_timeout": ("这份材料读得太久，先停下了。", "文件已经收到并保存。请重拍一张清楚些的，或直接填写。", "Reading this document took too long and was stopped.", "The file is saved. Take a clearer photo or type what it says."),
    "missing": ("没有读到“{label}”。", "请在旁边直接填写，或换一张这一处更清楚的照片。", "“{label}” was not found.", "Type it, or take a photo in which it is clear."),
    "uncertain": ("“{label}”没有把握读对。", "请对照材料核对一下。", "We are not sure of “{label}”.", "Compare it with the paper."),
    "checksum": ("“{label}”的校验位不对，可能有一位读错或印错。", "请对照证件逐位核对。", "The check digit of “{label}” is wrong; one digit may be misread or misprinted.", "Compare it with the card digit by digit."),
    "malformed": ("“{label}”的样子不对。", "请对照材料核对后改正。", "“{label}” does not look right.", "Compare it with the paper and correct it."),
    "range": ("“{label}”的数值不合常理。", "请对照材料核对。", "“{label}” is outside what is plausible.", "Compare it with the paper."),
    "future_date": ("“{label}”是将来的日期。", "请对照材料核对；如果材料就是这样印的，请联系签发单位。", "“{label}” lies in the future.", "Compare it with the paper; if that is what it says, ask the issuer."),
    "date_disagrees": ("“{label}”与身份证号码里的出生日期不一致。", "请对照材料核对这两处。", "“{label}” does not agree with the date in the id number.", "Compare both with the paper."),
    "sex_disagrees": ("“{label}”与身份证号码表示的性别不一致。", "请对照材料核对这两处。", "“{label}” does not agree with the sex in the id number.", "Compare both with the paper."),
    "amounts_disagree": ("“{label}”的小写金额与大写金额不一致。", "请对照材料核对这两处；如果材料就是这样写的，请让出具单位更正。", "“{label}” in figures and in words are not the same.", "Compare both with the paper; if it says so, ask whoever issued it to correct it."),
    "sum_disagrees": ("“{label}”与各项金额加起来不一致。", "请对照材料核对各项金额。", "“{label}” is not the sum of its parts.", "Compare the amounts with the paper."),
    "code_disagrees": ("“{label}”与二维码(条码)里的内容不一致。", "请对照材料核对；如果材料就是这样印的，请联系出具单位。", "“{label}” is not what the QR or bar code says.", "Compare it with the paper; if it is printed so, ask the issuer."),
    "no_seal": ("没有看到红色印章。", "请确认材料已经盖章，并拍下盖章的那一页；黑白复印件看不出印章，请拍原件。", "No red seal was found.", "Make sure that the paper is sealed, and photograph the original; a black-and-white copy does not show a seal."),
    "two_people": ("这次上传里有两个人的证件。", "请确认每张证件是谁的；不需要的可以删掉。", "There are id cards of two people in this upload.", "Say whose each one is, and remove what is not needed."),
    "active_content": ("这个 PDF 里带有脚本或附件，我们没有运行它们。", "不影响阅读；如果不是您放进去的，请重新导出或拍照。", "This PDF carries scripts or attachments; they were not run.", "It is read all the same; if you did not put them there, export it again or take a photo."),
    "too_blurred": ("照片太模糊，没法识读。", "请擦一下镜头、拿稳手机，等画面对好焦再拍。", "The photo is too blurred to read.", "Wipe the lens, hold the phone still and wait for the focus, then take it again."),
    "too_dark": ("照片几乎是黑的，没法识读。", "请到亮的地方，或打开灯重拍。", "The photo is almost black and cannot be read.", "Take it again where there is light."),
    "small_print": ("照片里的字太小。", "请靠近一些，让材料占满画面再拍。", "The print in the photo is too small.", "Go nearer until the paper fills the picture, and take it again."),
    "order": ("“{label}”与另一日期的先后不对。", "请对照材料核对这两个日期。", "“{label}” and another date are in the wrong order.", "Compare both dates with the paper."),
    "expired": ("这份证件已于 {date} 到期。", "如有新证，请拍新证；没有也可以继续，办理时会提示您换证。", "This document expired on {date}.", "If you have a newer one, take that; otherwise you may go on and will be told how to renew it."),
}  # fmt: skip


def problem(code: str, *, field: str | None = None, severity: str = "error", **values: object) -> ReadProblem:
    """A `ReadProblem` by its stable code; `values` fill the places of its texts (`label` may be a `Text`)."""
    zh, zh_todo, en, en_todo = _TEXTS[code]
    what, todo = Text(zh=zh, en=en).fill(**values), Text(zh=zh_todo, en=en_todo).fill(**values)
    return ReadProblem(
        code=code, what=what, todo=todo, field=field, severity="warning" if severity == "warning" else "error"
    )


def codes() -> list[str]:
    """Every code a reading can carry."""
    return sorted(_TEXTS)


MODEL_FAILED = define(
    "documents.model_failed", 502, exit_code=1,
    zh=("语言模型没有给出能用的回答。", "规则得到的结果不受影响；请检查模型服务后再试。"),
    en=("The language model gave no usable answer.", "What the rules found still holds; check the model's server and try again."),
)  # fmt: skip
