// Two sides that point at each other: pointing at, focusing or pressing one lights up the other; pressing also brings it into view.
export default function linked(root) {
  const keysOf = (element) => (element?.dataset.links || "").split(" ").filter(Boolean);
  const light = (keys) => {
    for (const lit of root.querySelectorAll(".lit")) lit.classList.remove("lit");
    for (const key of keys) for (const each of root.querySelectorAll(`[data-links~="${key}"]`)) each.classList.add("lit");
  };
  const near = (event) => event.target.closest?.("[data-links]");
  root.addEventListener("mouseover", (event) => near(event) && light(keysOf(near(event))));
  root.addEventListener("focusin", (event) => near(event) && light(keysOf(near(event))));
  root.addEventListener("click", (event) => {
    const from = near(event);
    if (!from || event.target.closest("a, form button[type=submit]")) return;
    const keys = keysOf(from);
    light(keys);
    const inText = from.closest("[data-side=text]") !== null;
    const other = root.querySelector(`[data-side=${inText ? "drafts" : "text"}] [data-links~="${keys[0]}"]`);
    other?.scrollIntoView({ block: "nearest", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  });
}
