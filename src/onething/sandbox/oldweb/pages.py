"""The old system's pages, as such systems write them: tables for layout, frames, scripts in attributes."""

from html import escape
from typing import Any

from onething.sandbox.oldweb.systems import Field, System

_HEAD = '<html><head><meta charset="utf-8"><title>{title}</title></head>'


def login(system: System, message: str = "") -> str:
    return _HEAD.format(title=system.title) + (
        f"<body bgcolor=#eef><center><h3>{system.title}</h3><font color=red>{escape(message)}</font>"
        '<form action="/login.asp" method=post><table><tr><td>用户名：</td><td><input name=yhm></td></tr>'
        "<tr><td>密　码：</td><td><input type=password name=mm></td></tr></table>"
        '<input type=submit name=btnLogin value="登 录"></form></center></body></html>'
    )


def frameset(system: System) -> str:
    return _HEAD.format(title=system.title) + (
        '<frameset rows="40,*"><frame name=top src="/top.asp"><frameset cols="160,*">'
        '<frame name=left src="/menu.asp"><frame name=main src="/welcome.asp"></frameset></frameset></html>'
    )


def menu(system: System) -> str:
    return _HEAD.format(title="menu") + (
        f'<body bgcolor=#dde><a href="/new.asp" target=main>新增{system.thing}</a><br><br>'
        f'<a href="/search.asp" target=main>{system.thing}查询</a><br><br><a href="/logout.asp" target=_top>退出</a></body></html>'
    )


def plain(words: str) -> str:
    return _HEAD.format(title="") + f"<body>{escape(words)}</body></html>"


def form(system: System, labels: dict[str, str], notice: bool) -> str:
    rows = "".join(f"<tr><td>{labels.get(f.name, f.label)}：</td><td>{_input(f)}</td></tr>" for f in system.fields)
    modal = (
        '<div id=tip style="position:fixed;left:0;top:0;right:0;bottom:0;background:#ccc;z-index:9"><p>温馨提示：请如实填写。</p>'
        "<input type=button value=我知道了 onclick=\"document.getElementById('tip').style.display='none'\"></div>"
    )
    return _HEAD.format(title=system.thing) + (
        f'<body>{modal if notice else ""}<form action="/save.asp" method=post><table border=1>{rows}</table>'
        "<input type=submit name=btnSave value=保存></form></body></html>"
    )


def _input(each: Field) -> str:
    if each.kind == "choice":
        return (
            f"<select name={each.name}>"
            + "".join(f"<option>{choice}</option>" for choice in each.choices)
            + "</select>"
        )
    if each.kind == "date_parts":
        years = "".join(f"<option value={year}>{year}</option>" for year in range(2020, 2036))
        months = "".join(f"<option value={n:02d}>{n}</option>" for n in range(1, 13))
        return f"<select name={each.name}_Y>{years}</select>年<select name={each.name}_M>{months}</select>月<input name={each.name}_D size=2>日"
    return f"<input name={each.name} size=40>"


def search(found: list[dict[str, Any]], words: str) -> str:
    rows = "".join(
        f"<tr><td class=no>{escape(each['number']) or '-'}</td><td class=state>{'已提交' if each['state'] == 'filed' else '草稿'}</td>"
        f'<td><a href="/record.asp?id={each["id"]}">打开</a></td></tr>'
        for each in found
    )
    table = (
        f"<table border=1 id=result><tr><td>编号</td><td>状态</td><td></td></tr>{rows}</table>"
        if found
        else "<p>没有记录</p>"
    )
    return _HEAD.format(title="查询") + (
        f'<body><form action="/search.asp"><table><tr><td>关键字：</td><td><input name=gjz value="{escape(words)}"></td></tr></table>'
        f"<input type=submit value=查询></form>{table if words else ''}</body></html>"
    )


def record(system: System, one: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><td>{f.label}</td><td id=v_{f.name}>{escape(str(one['body'].get(f.name, '')))}</td></tr>"
        for f in system.fields
    )
    button = (
        f'<form action="/submit.asp" method=post onsubmit="return confirm(\'确定提交吗？\')"><input type=hidden name=id value={one["id"]}>'
        "<input type=submit name=btnSubmit value=提交></form>"
        if one["state"] == "draft"
        else f"<p>已提交，编号 <b id=bh>{escape(one['number'])}</b></p>"
    )
    return _HEAD.format(title="记录") + f"<body><table border=1>{rows}</table>{button}</body></html>"
