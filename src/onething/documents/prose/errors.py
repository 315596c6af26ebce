"""Why no text can be had from a file. The codes are published and keep the name of the room that first read regulations."""

from onething.core.errors import define

UNREADABLE = define(
    "policy.unreadable", 422, exit_code=2,
    zh=("这个文件读不出文字：{why}", "请换成 Markdown、Word(.docx)或带文字的 PDF 再试。"),
    en=("No text can be read from this file: {why}", "Use Markdown, Word (.docx) or a PDF with text."),
)  # fmt: skip
UNSAFE = define(
    "policy.unsafe", 422, exit_code=2,
    zh=("为安全起见，不读这个文件({why}):它展开后过大，或含有宏、外部实体。", "请在 Word 中另存为不含宏的 .docx，或导出为 PDF 再试。"),
    en=("This file is not read, to be safe ({why}): it unpacks to too much, or holds macros or external entities.", "Save it again in Word as a .docx without macros, or export it as PDF."),
)  # fmt: skip
UNSETTLED = define(
    "policy.unsettled", 422, exit_code=2,
    zh=("这份 Word 文件里还有未接受的修订，不知道哪个是定稿。", "请先在 Word 中接受或拒绝全部修订，再上传。"),
    en=("This Word file has tracked changes that nobody has accepted, so it is not known which text counts.", "Accept or reject all changes in Word first."),
)  # fmt: skip
SCANNED = define(
    "policy.scanned", 422, exit_code=4,
    zh=("这份 PDF 是扫描件，里面没有文字({pages} 页)。", "请用公布机关的电子文本，或先做文字识别并人工校对。"),
    en=("This PDF is a scan without text ({pages} pages).", "Use the issuing authority's electronic text, or read it by OCR and have a person check it."),
)  # fmt: skip
TOO_LARGE = define(
    "policy.too_large", 413, exit_code=2,
    zh=("文件太大({megabytes} MB)。", "请拆成不超过 20 MB 的文件。"),
    en=("The file is too large ({megabytes} MB).", "Split it into files of at most 20 MB."),
)  # fmt: skip
