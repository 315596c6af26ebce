// Shows messages the moment they arrive; without scripts the page works after a reload.
const main = document.querySelector("main");
const to = main.dataset.to;
const source = new EventSource(`/events?after=${main.dataset.last}${to ? `&to=${to}` : ""}`);

function show(message) {
  const item = document.createElement("li");
  const time = Object.assign(document.createElement("time"), { textContent: message.shown, dateTime: message.at });
  const text = Object.assign(document.createElement("p"), { textContent: message.text, className: "new" });
  item.append(time, text);
  document.getElementById("empty")?.remove();
  document.querySelector(".messages").append(item);
  item.lastElementChild.scrollIntoView({ block: "end", behavior: "smooth" });
}

source.addEventListener("sms", (event) => {
  const message = JSON.parse(event.data);
  if (to) show(message);
  else location.reload();
});
document.querySelector(".messages li:last-child p")?.scrollIntoView({ block: "end" });
