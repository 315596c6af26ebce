// "Agree to all" ticks every box before it sends, so that what is seen is what was agreed.
export default function consents(form) {
  form.querySelector("[name=all]")?.addEventListener("click", () => {
    for (const box of form.querySelectorAll("[name=given]")) box.checked = true;
  });
}
