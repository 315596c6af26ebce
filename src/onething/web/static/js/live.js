// Keeps the case page true: the server says that something happened (SSE), the page asks for the new state.
// Where the stream does not get through, it asks every few seconds instead.
const POLL = 4000;

export default function live(root) {
  if (root.dataset.over) return;
  let timer = null;
  const part = () => root.querySelector("#live");
  const refresh = () => window.htmx?.trigger(part(), "refresh");

  let before = new Map();
  const states = () => new Map([...root.querySelectorAll("[data-state]")].map((node) => [node.id, node.dataset.state]));
  document.body.addEventListener("htmx:beforeSwap", () => { before = states(); });
  document.body.addEventListener("htmx:afterSwap", () => {
    for (const [id, state] of states()) {
      if (before.get(id) !== state) document.getElementById(id)?.classList.add("moved");
    }
  });

  const poll = (on) => {
    clearInterval(timer);
    timer = on ? setInterval(refresh, POLL) : null;
  };

  if (typeof EventSource === "undefined") return poll(true);
  const stream = new EventSource(root.dataset.stream);
  stream.addEventListener("changed", refresh);
  stream.addEventListener("over", () => { refresh(); stream.close(); poll(false); });
  stream.onopen = () => poll(false);
  stream.onerror = () => poll(true);
  addEventListener("pagehide", () => { stream.close(); poll(false); });
}
