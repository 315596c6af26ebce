// One key chooses a decision; the list of what to ask for shows only when it is needed.
export default function decide(form) {
  const asks = form.querySelector(".asks");
  const reason = form.querySelector("textarea");
  const options = new Map([...form.querySelectorAll("[name=decision]")].map((input) => [input.value, input]));

  function settle() {
    if (asks) asks.hidden = !options.get("ask_supplement")?.checked;
  }
  form.addEventListener("change", settle);
  settle();

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[name=next]"));
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input[type=text], select, textarea")) return;
    const chosen = options.get({ a: "approve", r: "refuse", s: "ask_supplement" }[event.key.toLowerCase()]);
    if (!chosen) return;
    event.preventDefault();
    chosen.checked = true;
    chosen.focus();
    settle();
    // Where there is only one thing to ask for, asking is asking for it; else the list is where to go on.
    const listed = asks ? [...asks.querySelectorAll("input")] : [];
    if (chosen.value === "ask_supplement" && listed.length === 1) listed[0].checked = true;
    else if (chosen.value === "ask_supplement" && listed.length && !listed.some((each) => each.checked)) return listed[0].focus();
    if (chosen.value !== "approve") reason.focus();
  });
}
