"""The browser page a robot works on: its frames, and the elements of a script found in them."""

import base64
from dataclasses import dataclass, field
from typing import Any, cast

from onething.exchange.contrib.robot.finding import Thing, choose
from onething.exchange.contrib.robot.reading_back import as_date, written
from onething.exchange.contrib.robot.script import Element, PageObject, Script

_LIST = """() => {
  const text = e => (e ? e.innerText || e.textContent || '' : '').trim().slice(0, 80);
  const shown = e => { const r = e.getBoundingClientRect(); const s = getComputedStyle(e);
    return r.width > 0 && r.height > 0 && s.visibility !== 'hidden' && s.display !== 'none'; };
  const label = e => {
    if (e.labels && e.labels.length) return text(e.labels[0]);
    if (e.getAttribute('aria-label')) return e.getAttribute('aria-label');
    const cell = e.closest('td,th,dd'); const before = cell && cell.previousElementSibling;
    if (before) return text(before);
    let n = e.previousSibling; while (n && !(n.textContent || '').trim()) n = n.previousSibling;
    return n ? (n.textContent || '').trim().slice(-40) : '';
  };
  return [...document.querySelectorAll('input,select,textarea,button,a')].map((e, index) => {
    const button = e.tagName === 'A' || e.tagName === 'BUTTON' || ['submit', 'button', 'image', 'reset'].includes(e.type);
    return { index, field: !button && e.type !== 'hidden', label: button ? '' : label(e),
      words: button ? (e.value || text(e) || e.alt || '') : '', name: e.name || e.id || '', visible: shown(e) };
  });
}"""
_AT = "index => [...document.querySelectorAll('input,select,textarea,button,a')][index]"


class MissingError(Exception):
    """An element of the script is not on the page. `place` is `page.element`."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


@dataclass
class Hands:
    """Finds and handles elements on `page` (a Playwright page). `patience` is seconds that a page may take."""

    page: Any
    script: Script
    base: str
    patience: float = 15.0
    drift: dict[str, str] = field(default_factory=dict[str, str])
    """Place → how it was found although it is not where the script has it."""
    _wire: Any = None

    async def open(self, page: str) -> None:
        await self.page.goto(self.base.rstrip("/") + self.script.pages[page].path, timeout=self.patience * 1000)

    async def picture(self) -> bytes:
        """The page as a JPEG, asked of Chromium itself: Playwright's own way waits for fonts and two frames in every frame
        of the page, half of a robot's time. Falls back to that where the browser speaks no such protocol."""
        try:
            if self._wire is None:
                self._wire = await self.page.context.new_cdp_session(self.page)
            told = await self._wire.send("Page.captureScreenshot", {"format": "jpeg", "quality": 60})
            return base64.b64decode(told["data"])
        except Exception:  # noqa: BLE001 - a picture more or less must not fail an order
            return await self.page.screenshot(type="jpeg", quality=60)

    async def texts(self) -> str:
        """All words on the page and in its frames."""
        words: list[str] = []
        for frame in self.page.frames:
            try:
                words.append(str(await frame.evaluate("() => document.body ? document.body.innerText : ''")))
            except Exception:  # noqa: BLE001, S112 - a frame that is being replaced has nothing to say
                continue
        return "\n".join(words)

    def cut_off(self) -> bool:
        """Whether the browser shows its own error page: their server is gone or did not answer."""
        return any(frame.url.startswith("chrome-error:") for frame in self.page.frames)

    async def find(self, place: str, *, patience: float | None = None) -> Any:
        """The element's handle; waits for it. Raises `MissingError`."""
        page, element = self.script.element(place)
        left = int((self.patience if patience is None else patience) / 0.1) + 1
        for turn in range(left):
            handle = await self._look(place, page, element)
            if handle is not None:
                return handle
            if turn + 1 < left:
                await self.page.wait_for_timeout(100)
        raise MissingError(place)

    async def _look(self, place: str, page: PageObject, element: Element) -> Any:
        frame = self._frame(page)
        if frame is None:
            return None
        try:
            if element.css:
                handle = await frame.query_selector(element.css)
                if handle is not None or not (element.label or element.words or element.name):
                    return handle
            things = [Thing(**cast("dict[str, Any]", each)) for each in await frame.evaluate(_LIST)]
            found = choose(element, things)
            if found is None:
                return None
            if found.drift:
                self.drift[place] = found.drift
            return (await frame.evaluate_handle(_AT, found.index)).as_element()
        except Exception as error:
            if "Execution context was destroyed" in str(error) or "detached" in str(error).lower():
                return None  # the page is just being replaced
            raise

    def _frame(self, page: PageObject) -> Any:
        if not page.frame:
            return self.page.main_frame
        return next((frame for frame in self.page.frames if frame.name == page.frame), None)

    async def is_there(self, place: str, patience: float = 0.0) -> bool:
        try:
            await self.find(place, patience=patience)
        except MissingError:
            return False
        return True

    async def click(self, place: str) -> None:
        handle = await self.find(place)
        await handle.click(timeout=self.patience * 1000)
        await self.settle()

    async def settle(self) -> None:
        """Wait until what was started has come, frames included."""
        await self.page.wait_for_timeout(50)
        for frame in list(self.page.frames):
            if not frame.is_detached():
                await frame.wait_for_load_state("load", timeout=self.patience * 1000)

    async def fill(self, place: str, value: str) -> None:
        _, element = self.script.element(place)
        if element.kind == "date_parts":
            await self._fill_parts(place, element, value)
            return
        handle = await self.find(place)
        if element.kind == "choice":
            await handle.select_option(label=value)
        else:
            await handle.fill(written(element, value), timeout=self.patience * 1000)

    async def _fill_parts(self, place: str, element: Element, value: str) -> None:
        day = as_date(value)
        if day is None:
            raise MissingError(place)
        for name, part in zip(element.parts, (f"{day.year:04d}", f"{day.month:02d}", f"{day.day:02d}"), strict=True):
            handle = await self._part(place, name)
            if await handle.evaluate("e => e.tagName") == "SELECT":
                await handle.select_option(value=part)
            else:
                await handle.fill(part)

    async def _part(self, place: str, name: str) -> Any:
        page, _ = self.script.element(place)
        frame = self._frame(page)
        handle = await frame.query_selector(f"[name={name!r}]") if frame is not None else None
        if handle is None:
            raise MissingError(place)
        return handle

    async def read(self, place: str) -> str:
        """What stands in a field or is printed in an element."""
        _, element = self.script.element(place)
        if element.kind == "date_parts":
            return "-".join([str(await (await self._part(place, name)).input_value()) for name in element.parts])
        handle = await self.find(place)
        tag = str(await handle.evaluate("e => e.tagName"))
        if tag == "SELECT":
            return str(await handle.evaluate("e => e.selectedOptions.length ? e.selectedOptions[0].text : ''"))
        if tag in ("INPUT", "TEXTAREA"):
            return str(await handle.input_value())
        return str(await handle.inner_text()).strip()
