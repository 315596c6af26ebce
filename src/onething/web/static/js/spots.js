// Shows on the photograph where a value was read: the field that has the focus or the pointer lights its spot.
export default function spots(root) {
  const photo = root.querySelector(".photo");
  const inner = photo?.querySelector(".photo-inner");
  const overlay = inner?.querySelector("svg");
  if (!overlay) return;
  const rects = new Map([...overlay.querySelectorAll("rect")].map((rect) => [rect.id, rect]));
  const small = matchMedia("(max-width: 59.99rem)");

  function light(id) {
    for (const [name, rect] of rects) rect.classList.toggle("spot-on", name === id);
    const rect = rects.get(id);
    if (!rect || !small.matches) {
      inner.style.transform = "";
      return;
    }
    const box = (key) => Number(rect.getAttribute(key));
    const scale = Math.min(3, 0.9 / Math.max(box("width"), 0.3));
    const wide = photo.clientWidth;
    const high = photo.clientHeight;
    const full = inner.offsetHeight;
    const x = Math.min(0, Math.max(wide - wide * scale, wide / 2 - (box("x") + box("width") / 2) * wide * scale));
    const y = Math.min(0, Math.max(high - full * scale, high / 2 - (box("y") + box("height") / 2) * full * scale));
    inner.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
  }

  for (const field of root.querySelectorAll("[data-spot]")) {
    field.addEventListener("toggle", () => { if (field.open && field.matches(":hover, :focus-within")) light(field.dataset.spot); });
    field.addEventListener("focusin", () => light(field.dataset.spot));
    field.addEventListener("pointerenter", (event) => { if (event.pointerType === "mouse") light(field.dataset.spot); });
    field.querySelector(".spot-link")?.addEventListener("click", (event) => {
      event.preventDefault();
      light(field.dataset.spot);
      if (!small.matches) rects.get(field.dataset.spot)?.scrollIntoView({ block: "nearest" });
    });
    // A quick finger may have opened a field before this module arrived.
    if (field.matches(":focus-within")) light(field.dataset.spot);
  }
}
