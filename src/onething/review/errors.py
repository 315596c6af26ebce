"""The errors of review that a person meets."""

from onething.core.errors import define

BAD_FILE = define(
    "review.bad_file", 400, exit_code=2,
    zh=("文件 {file} 看不懂：{why}。", "请对照 onething review check --help 里的格式修改。"),
    en=("The file {file} cannot be understood: {why}.", "See the form described by onething review check --help."),
)  # fmt: skip
