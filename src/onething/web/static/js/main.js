// The few things every page may need. Modules named by `data-module` are loaded when their element is there.
document.documentElement.classList.add("js");

const base = new URL(".", import.meta.url);

async function start(root) {
  const wanted = root.querySelectorAll("[data-module]:not([data-started])");
  for (const element of wanted) {
    element.dataset.started = "yes";
    const module = await import(new URL(`${element.dataset.module}.js`, base));
    module.default(element);
  }
}

// A form is sent once: the second press of an impatient thumb does nothing until the answer is there.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (form.method === "post" && !form.hasAttribute("hx-post")) {
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 8000);
  }
});
// What saves itself stands back once its form is on the way: it would bring back what the form is about to change.
// What a page asks for afterwards belongs to what made the page: the same correlation id in every log.
const parent = document.querySelector('meta[name="traceparent"]')?.content;
if (parent) document.addEventListener("htmx:configRequest", (event) => { event.detail.headers.traceparent = parent; });

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.closest("form")?.dataset.sent) event.preventDefault();
});
addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// Focus the summary of errors, so that it is read and its links are next.
document.querySelector("[data-focus]")?.focus();

start(document);
document.body.addEventListener("htmx:load", (event) => start(event.detail.elt));
