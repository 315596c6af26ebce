"""Decision tables from CSV and Excel. Row 1: hit policy, then what each column is; row 2: expressions and names.

U    | in          | in              | out    | note
     | 企业.员工数   | 企业.类型         | 补贴    |
type | number      | text            | money  |
r1   | >= 30       | 小型, 微型        | 50000  | 第三条
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from onething.core.decoding import decoded
from onething.rules.errors import RuleError, RuleProblem, problem
from onething.rules.models import Table

MAX_BYTES = 16_000_000
MAX_UNPACKED = 300_000_000
MAX_ROWS = 50_000
MAX_COLUMNS = 200
_ROLES = {
    "in": "in", "输入": "in", "条件": "in", "input": "in", "out": "out", "输出": "out", "结果": "out", "output": "out",
    "note": "note", "备注": "note", "说明": "note", "ground": "ground", "依据": "ground", "from": "from", "生效": "from", "to": "to",
    "失效": "to", "status": "status", "状态": "status", "author": "author", "作者": "author",
}  # fmt: skip
_TYPES = {
    "文本": "text",
    "数字": "number",
    "金额": "money",
    "是否": "bool",
    "日期": "date",
    "string": "text",
    "boolean": "bool",
}
_HITS = {
    "UNIQUE": "U", "ANY": "A", "PRIORITY": "P", "FIRST": "F", "RULE ORDER": "R", "OUTPUT ORDER": "O", "COLLECT": "C", "唯一": "U",
    "任一": "A", "优先": "P", "首个": "F", "汇总": "C",
}  # fmt: skip
Cell = tuple[str, str]
"""Text and place."""


def read_table(path: Path | str) -> Table:
    """Read `file.csv`, `file.xlsx` or `file.xlsx#sheet`. Raises `RuleError` naming file, sheet and cell."""
    text, _, sheet = str(path).partition("#")
    file = Path(text)
    if not file.is_file():
        raise RuleError([problem("rules.no_file", "没有这个表格文件", "There is no such table file", file=text)])
    return parse_table(file.read_bytes(), file.name, sheet)


def parse_table(content: bytes, name: str, sheet: str = "") -> Table:
    """As `read_table`, from memory (uploads); `name` decides the kind."""
    if len(content) > MAX_BYTES:
        raise _error(
            "rules.too_large", "表格文件超过 16 MB,请拆分", "The table file is larger than 16 MB; split it", name
        )
    kind = name.rpartition(".")[2].lower()
    if kind == "csv":
        return from_cells(_csv_cells(content, name), name)
    if kind in ("xlsx", "xlsm"):
        return from_cells(_excel_cells(content, name, sheet), name)
    raise _error("rules.table_kind", "表格应为 .csv 或 .xlsx", "A table file is .csv or .xlsx", name)


def _error(code: str, zh: str, en: str, file: str, place: str = "") -> RuleError:
    return RuleError([problem(code, zh, en, file=file, place=place)])


def _csv_cells(content: bytes, name: str) -> Iterator[list[Cell]]:
    try:
        text = decoded(content)
    except UnicodeDecodeError:
        text = ""
    if not text or "\0" in text:
        raise _error(
            "rules.encoding", "文件不是 UTF-8 或 GB 18030 文本", "The file is not UTF-8 or GB 18030 text", name
        )
    reader = csv.reader(io.StringIO(text))
    try:
        for row in reader:
            line = reader.line_num
            yield [(cell, f"line {line}, column {column}") for column, cell in enumerate(row, 1)]
    except csv.Error as error:
        raise _error("rules.csv", f"CSV 写法有误:{error}", f"Broken CSV: {error}", name, f"line {reader.line_num}") from None  # fmt: skip


def _excel_cells(content: bytes, name: str, sheet: str) -> Iterator[list[Cell]]:
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > MAX_UNPACKED:
                raise _error("rules.too_large", "工作簿解压后过大", "The workbook is too large when unpacked", name)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
    except RuleError:
        raise
    except Exception as error:  # noqa: BLE001 - a broken workbook fails in many ways, all of them mean the same
        raise _error("rules.excel", "打不开这个 Excel 文件", f"Cannot open this Excel file ({type(error).__name__})", name) from None  # fmt: skip
    if sheet and sheet not in book.sheetnames:
        raise _error("rules.sheet", f"没有工作表 {sheet};有:{'、'.join(book.sheetnames)}", f"No sheet {sheet}; there are: {', '.join(book.sheetnames)}", name)  # fmt: skip
    page: Any = book[sheet] if sheet else book.worksheets[0]
    merged = _merged(content, book.worksheets.index(page))
    if merged:
        raise RuleError([problem("rules.merged", f"有合并单元格 {ref},请先取消合并并在每格填写", f"Merged cells {ref}; unmerge them and fill each cell", file=name, place=f"{page.title}!{ref}") for ref in merged[:20]])  # fmt: skip
    try:
        for row in page.iter_rows(max_row=MAX_ROWS + 10, max_col=MAX_COLUMNS + 1):
            yield [(_excel_text(cell, name, page.title), _coordinate(cell, page.title)) for cell in row]
    except RuleError:
        raise
    except Exception as error:  # noqa: BLE001
        raise _error("rules.excel", "工作表内容已损坏", f"The sheet is damaged ({type(error).__name__})", name, page.title) from None  # fmt: skip


def _coordinate(cell: Any, sheet: str) -> str:
    return f"{sheet}!{getattr(cell, 'coordinate', '')}"


def _excel_text(cell: Any, name: str, sheet: str) -> str:
    value: Any = cell.value
    if value is None:
        return ""
    if getattr(cell, "data_type", "") == "f" or (isinstance(value, str) and value.startswith("=") and len(value) > 1 and value[1] not in " \"'0123456789-"):  # fmt: skip
        raise _error("rules.formula", "单元格里是公式,请改成数值或文字", "The cell holds a formula; write the value or text instead", name, _coordinate(cell, sheet))  # fmt: skip
    if getattr(cell, "data_type", "") == "e":
        raise _error("rules.formula", f"单元格里是错误值 {value}", f"The cell holds the error {value}", name, _coordinate(cell, sheet))  # fmt: skip
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return format(Decimal(repr(value)).normalize(), "f")
    if isinstance(value, datetime):
        return (
            f'date("{value.date().isoformat()}")'
            if value.time() == time(0)
            else f'date and time("{value.isoformat()}")'
        )
    if isinstance(value, date | time):
        return f'{"date" if isinstance(value, date) else "time"}("{value.isoformat()}")'
    return str(value)


def _merged(content: bytes, number: int) -> list[str]:
    """Refs of merged cells; read from the sheet itself because the reading mode for large files leaves them out."""
    found: list[str] = []
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        sheets = sorted(n for n in packed.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", n))
        if number >= len(sheets):
            return found
        tail = b""
        with packed.open(sheets[number]) as stream:
            while chunk := stream.read(1 << 20):
                found += [
                    ref.decode() for ref in re.findall(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z0-9:]+)"', tail + chunk)
                ]
                tail = chunk[-60:]
    return list(dict.fromkeys(found))


def from_cells(rows: Iterable[list[Cell]], file: str) -> Table:
    """A table from rows of cells. Blank rows are skipped; every problem found is reported."""
    numbered = list(_filled(rows, file))
    if len(numbered) < 2:
        raise _error("rules.table_empty", "表格至少要有两行表头", "A table needs at least its two header rows", file)
    head, names, *body = numbered
    roles, problems = _roles(head, file)
    hit = head[0][0].strip().upper() or "U"
    data: dict[str, Any] = {"hit": _HITS.get(hit, hit), "inputs": [], "outputs": [], "rows": []}
    columns: dict[int, dict[str, Any]] = {}
    for index, role in roles.items():
        if role in ("in", "out"):
            text, place = names[index] if index < len(names) else ("", head[index][1])
            if not text.strip():
                problems.append(problem("rules.table_header", "第二行缺少列名", "The second row lacks a name here", file=file, place=place))  # fmt: skip
            columns[index] = {"expression" if role == "in" else "name": text.strip() or "?"}
            data["inputs" if role == "in" else "outputs"].append(columns[index])
    for row in body:
        _body_row(row, roles, columns, data, problems, file)
    if problems:
        raise RuleError(problems)
    try:
        return Table.model_validate(data)
    except ValidationError as error:
        raise RuleError([problem("rules.table", str(each["msg"]), str(each["msg"]), file=file, place=".".join(map(str, each["loc"]))) for each in error.errors()[:50]]) from None  # fmt: skip


def _filled(rows: Iterable[list[Cell]], file: str) -> Iterator[list[Cell]]:
    count = 0
    for row in rows:
        if any(text.strip() for text, _ in row):
            count += 1
            if count > MAX_ROWS:
                raise _error(
                    "rules.too_large", f"表格超过 {MAX_ROWS} 行", f"The table has more than {MAX_ROWS} rows", file
                )
            if any(text.strip() for text, _ in row[MAX_COLUMNS:]):
                raise _error("rules.too_large", f"表格超过 {MAX_COLUMNS} 列", f"The table has more than {MAX_COLUMNS} columns", file)  # fmt: skip
            yield row


def _roles(head: list[Cell], file: str) -> tuple[dict[int, str], list[RuleProblem]]:
    from difflib import get_close_matches

    roles: dict[int, str] = {}
    problems: list[RuleProblem] = []
    for index, (text, place) in enumerate(head[1:], 1):
        word = text.strip().lower()
        if not word:
            continue
        role = _ROLES.get(word)
        if role is None:
            near = get_close_matches(word, list(_ROLES), n=1)
            problems.append(problem("rules.table_role", f"第一行应写 输入、输出 或 备注,而不是 {text}", f"The first row says in, out or note, not {text}", file=file, place=place, suggestion=near[0] if near else ""))  # fmt: skip
        else:
            roles[index] = role
    if "out" not in roles.values() and not problems:
        problems.append(
            problem("rules.table_role", "没有输出列", "There is no output column", file=file, place=head[0][1])
        )
    return roles, problems


def _body_row(
    row: list[Cell], roles: dict[int, str], columns: dict[int, dict[str, Any]], data: dict[str, Any], problems: list[RuleProblem], file: str
) -> None:  # fmt: skip
    mark = row[0][0].strip().lower()
    if mark in ("type", "类型", "values", "允许值", "default", "缺省"):
        for index, column in columns.items():
            text = row[index][0].strip() if index < len(row) else ""
            if text:
                _describe(column, mark, text)
        return
    made: dict[str, Any] = {"id": row[0][0].strip(), "when": [], "then": [], "at": row[0][1]}
    for index, role in roles.items():
        text, place = row[index] if index < len(row) else ("", row[0][1])
        text = text.strip()
        match role:
            case "in":
                made["when"].append(text or "-")
            case "out":
                made["then"].append(text)
            case "note" | "author":
                made[role] = text
            case "ground":
                made["ground"] = [{"title": text}] if text else []
            case "status":
                made["status"] = {"草稿": "draft", "已批准": "approved", "废止": "repealed"}.get(
                    text, text
                ) or "approved"
            case _:
                day = _day(text)
                if text and day is None:
                    problems.append(
                        problem("rules.table_date", f"不是日期:{text}", f"Not a date: {text}", file=file, place=place)
                    )
                made["valid_from" if role == "from" else "valid_to"] = day
    data["rows"].append(made)


def _describe(column: dict[str, Any], mark: str, text: str) -> None:
    if mark in ("type", "类型"):
        column["type"] = _TYPES.get(text, text)
    elif mark in ("default", "缺省"):
        column["default"] = text
    else:
        column["values"] = [_value(part.strip()) for part in re.split(r"[,，、]", text)]


def _value(text: str) -> Any:
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    try:
        return Decimal(text)
    except InvalidOperation:
        return text.strip('"“”')


def _day(text: str) -> date | None:
    from onething.rules.feel.temporal import fact_date

    found = fact_date(re.sub(r'^date\("(.*)"\)$', r"\1", text))
    return found.date() if isinstance(found, datetime) else found
