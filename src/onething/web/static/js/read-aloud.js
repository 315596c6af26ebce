// Reads the page aloud with the browser's own voice; the button shows only where there is one.
export default function readAloud(button) {
  const speech = window.speechSynthesis;
  if (!speech || typeof SpeechSynthesisUtterance === "undefined") return;
  button.hidden = false;
  const words = button.querySelector("[data-words]");
  let reading = false;

  function show(now) {
    reading = now;
    button.setAttribute("aria-pressed", String(now));
    words.textContent = now ? button.dataset.stop : button.dataset.start;
  }

  function pieces() {
    const found = document.querySelectorAll("main h1, main h2, main h3, main p, main li, main dt, main dd, main label, main legend, main .button");
    const texts = [];
    for (const element of found) {
      if (element.closest("[hidden], .said, nav") || element.querySelector("p, li, h1, h2, h3, label")) continue;
      const text = element.innerText.trim();
      if (text && text !== texts.at(-1)) texts.push(text);
    }
    return texts;
  }

  button.addEventListener("click", () => {
    speech.cancel();
    if (reading) return show(false);
    const texts = pieces();
    show(true);
    texts.forEach((text, index) => {
      const said = new SpeechSynthesisUtterance(text);
      said.lang = document.documentElement.lang === "en" ? "en-GB" : "zh-CN";
      said.rate = 0.9;
      if (index === texts.length - 1) said.onend = () => show(false);
      said.onerror = () => show(false);
      speech.speak(said);
    });
  });
  addEventListener("pagehide", () => speech.cancel());
}
