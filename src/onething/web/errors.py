"""The errors of the web process that a person meets."""

from onething.core.errors import define

MISSING = define(
    "web.assets_missing", 500, exit_code=4,
    zh=("浏览器组件还没有安装：{name}。", "请在项目目录运行 npm ci，然后重新启动。"),
    en=("A browser component is not installed: {name}.", "Run `npm ci` in the project folder, then start again."),
)  # fmt: skip
REFUSED = define(
    "web.form_expired", 403,
    zh=("这个页面打开得太久了，或者是从别的网站提交过来的，所以这次没有保存。", "请返回上一页、刷新后再提交一次。"),
    en=("This page was open too long, or the form came from another website, so nothing was saved this time.", "Go back, reload the page and send it again."),
)  # fmt: skip
