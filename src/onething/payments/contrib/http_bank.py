"""A bank over HTTP: pain.001 files out, JSON answers and camt.053 statements back. The sandbox bank speaks this.

`POST {base}/iso20022/pain.001` → `{"statuses": [{"end_to_end", "status", "code", "reference"}]}`;
`POST {base}/payments/status {"end_to_end": […]}` → the same; `GET {base}/iso20022/camt.053?day=…` → XML.
"""

from collections.abc import Sequence
from typing import Any

import httpx

from onething.core.clock import now
from onething.core.errors import Problem
from onething.payments.bank import BankRefusedError, BankSilentError
from onething.payments.iso20022 import write_pain001
from onething.payments.models import Answer, Entry, Instruction
from onething.payments.settings import PaymentsSettings
from onething.payments.statements import read_statements
from onething.payments.states import BankStatus


class HttpBank:
    """`timeout` in seconds is for one whole answer."""

    def __init__(
        self, base: str, payer: str = "财政专户", account: str = "3301000000000001", timeout: float = 10.0
    ) -> None:
        self._client = httpx.Client(base_url=base.rstrip("/"), timeout=timeout)
        self._payer, self._account = payer, account

    def submit(self, message_id: str, instructions: Sequence[Instruction]) -> list[Answer]:
        content = write_pain001(message_id, instructions, self._payer, self._account, now())
        headers = {"Content-Type": "application/xml", "Idempotency-Key": message_id}
        answer = self._call("POST", "/iso20022/pain.001", content=content, headers=headers)
        return self._answers(answer, {each.end_to_end for each in instructions})

    def ask(self, end_to_ends: Sequence[str]) -> list[Answer]:
        answer = self._call("POST", "/payments/status", json={"end_to_end": list(end_to_ends)})
        return self._answers(answer, set(end_to_ends))

    def statement(self, day: str) -> list[Entry]:
        answer = self._call("GET", "/iso20022/camt.053", params={"day": day})
        try:
            told = read_statements(answer.content, self._account)
            return [entry for each in told for entry in each.entries]
        except Problem as problem:
            raise BankSilentError(problem.kind.code) from problem

    def close(self) -> None:
        self._client.close()

    def _call(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            answer = self._client.request(method, path, **options)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            # No line, so nothing was taken; whoever only asked has simply no answer.
            kind = BankRefusedError if path.endswith("pain.001") else BankSilentError
            raise kind(type(error).__name__) from error
        except httpx.HTTPError as error:
            raise BankSilentError(type(error).__name__) from error
        if answer.status_code in (400, 422):
            raise BankRefusedError(f"http_{answer.status_code}")
        if answer.status_code != 200:
            raise BankSilentError(f"http_{answer.status_code}")
        return answer

    def _answers(self, answer: httpx.Response, wanted: set[str]) -> list[Answer]:
        """Only what was asked, each once, in words we know; anything else is no answer."""
        try:
            lines = answer.json()["statuses"]
            found = {
                str(line["end_to_end"]): Answer(
                    str(line["end_to_end"]),
                    BankStatus(line["status"]),
                    str(line.get("code", "")),
                    str(line.get("reference", "")),
                )
                for line in lines
                if line["status"] in BankStatus.__members__.values()
            }
        except (ValueError, KeyError, TypeError) as error:
            raise BankSilentError("not an answer") from error
        return [each for key, each in found.items() if key in wanted]


def make(settings: PaymentsSettings) -> HttpBank:
    return HttpBank(settings.bank_url or "", account=settings.bank_account, timeout=settings.bank_timeout)
