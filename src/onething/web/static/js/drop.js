// A file dropped on the form is checked at once; the plain form works without this.
export default function drop(form) {
  const input = form.querySelector("input[type=file]");
  const light = (on) => form.classList.toggle("over", on);
  form.addEventListener("dragover", (event) => { event.preventDefault(); light(true); });
  form.addEventListener("dragleave", () => light(false));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    light(false);
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    form.requestSubmit();
  });
}
