"""The bank's web page: amount and months, to the portal for consent, back, and an answer in seconds."""

import time
from decimal import Decimal, InvalidOperation
from html import escape
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import FastAPI, Form, Response
from fastapi.responses import HTMLResponse

from onething.core.ids import new_id
from onething.exchange.gateway.service import Asker
from onething.exchange.models import Outcome
from onething.sandbox.bank.credit import Decision, decide

PURPOSE = "personal_loan"
_STYLE = (
    "body{font:17px/1.6 system-ui,sans-serif;margin:0;background:#f5f3ee;color:#1c1c1a}main{max-width:34rem;margin:0 auto;padding:1.5rem 1rem}"
    "header{background:#0d3b4f;color:#fff;padding:.8rem 1rem}label{display:block;margin:.9rem 0 .2rem}input{font:inherit;width:100%;box-sizing:border-box;"
    "padding:.6rem;border:1px solid #767676;border-radius:6px}button,a.b{font:inherit;display:inline-block;margin-top:1.2rem;padding:.7rem 1.4rem;border:0;"
    "border-radius:6px;background:#0d3b4f;color:#fff;text-decoration:none}.big{font-size:2rem;margin:.4rem 0}.soft{color:#55534d}"
)


def _page(body: str, status: int = 200) -> HTMLResponse:
    head = f"<meta charset=utf-8><meta name=viewport content='width=device-width'><title>浦江银行</title><style>{_STYLE}</style>"
    page = f"<!doctype html><html lang=zh><head>{head}</head><body><header>浦江银行（沙盒）· 个人信用贷款</header><main>{body}</main></body></html>"
    return HTMLResponse(page, status)


def make_app(asker: Asker, portal: str, own: str) -> FastAPI:
    """`portal` and `own` are base addresses as the browser sees them."""
    app = FastAPI(title="浦江银行（沙盒）", docs_url=None, redoc_url=None)

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/")
    async def start(consent: str = "") -> Response:
        if not consent:
            query = urlencode({"back": f"{own}/"})
            link = f"{portal}/me/allow/bank/{PURPOSE}?{query}"
            return _page(
                "<h1>不用开收入证明，几秒钟出结果</h1><p>您同意以后，银行直接向人社局和信用中心核实收入和信用，不用您跑。</p>"
                f"<a class=b href='{escape(link)}'>去授权</a>"
            )
        fields = (
            "<label for=id>公民身份号码</label><input id=id name=id_number required maxlength=18 autocomplete=off>"
            "<label for=amount>想借多少（元）</label><input id=amount name=amount inputmode=numeric value=50000 required>"
            "<label for=months>分几个月还</label><input id=months name=months inputmode=numeric value=24 required>"
        )
        return _page(
            f"<h1>已授权</h1><form method=post action='/apply'><input type=hidden name=consent value='{escape(consent)}'>{fields}<button>申请</button></form>"
        )

    @app.post("/apply")
    async def apply(
        consent: str = Form(), id_number: str = Form(), amount: str = Form(), months: str = Form()
    ) -> Response:
        try:
            wanted, term = Decimal(amount), int(months)
        except (InvalidOperation, ValueError):
            return _page("<h1>请检查金额和月数</h1>", 422)
        if not (Decimal(1000) <= wanted <= 300_000 and 3 <= term <= 60):
            return _page("<h1>金额 1,000–300,000 元，3–60 个月</h1>", 422)
        started = time.perf_counter()
        found: dict[str, dict[str, Any] | None] = {}
        for operation in ("hrss.employment", "credit.record"):
            said = await fetch(asker, operation, id_number.strip(), consent)
            if said.outcome not in (Outcome.OK, Outcome.NOT_FOUND):
                return _page(_no_answer(said.code, consent))
            found[operation] = said.data if said.outcome is Outcome.OK else None
        decision = decide(wanted, term, found["hrss.employment"], found["credit.record"])
        return _page(_told(decision, term, time.perf_counter() - started, consent))

    return app


async def fetch(asker: Asker, operation: str, id_number: str, consent: str) -> Any:
    """One question to the platform's gateway."""
    question = asker.question(
        "platform", operation, {"id_number": id_number}, id=new_id("bank"), key=new_id("ask"), purpose=PURPOSE, consent=consent,
    )  # fmt: skip
    return await asker.ask(question)


def _no_answer(code: str, consent: str) -> str:
    if code == "no_consent":
        return "<h1>没有您的授权</h1><p id=result>授权已撤回、已到期，或与身份号码不符。银行没有查到任何信息。</p><a class=b href='/'>重新授权</a>"
    return f"<h1>暂时查不到</h1><p id=result>请稍后再试（{escape(code)}）。</p><a class=b href='/?consent={quote(consent)}'>再试</a>"


def _told(decision: Decision, months: int, seconds: float, consent: str) -> str:
    again = f"<p><a href='/?consent={quote(consent)}'>再算一次</a></p>"
    spent = f"<p class=soft>用时 {seconds:.1f} 秒</p>"
    if not decision.granted:
        return f"<h1>这次没有批准</h1><p id=result>{escape(decision.why)}</p>{spent}{again}"
    return (
        f"<h1>可以借</h1><p class=big id=result>{decision.granted:,.0f} 元</p>"
        f"<p>{escape(decision.why)}；分 {months} 个月，每月还 {decision.instalment:,.2f} 元。</p>{spent}{again}"
    )
