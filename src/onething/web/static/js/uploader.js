// Photographs go up one by one as soon as they are chosen or dropped, with progress that is true.
export default function uploader(form) {
  const input = form.querySelector("input[type=file]");
  const bar = form.querySelector(".drop-progress");
  const meter = bar.querySelector("progress");
  const words = bar.querySelector("p");
  const trouble = form.querySelector(".field-error");
  const token = form.querySelector("[name=_csrf]").value;
  let queue = [];
  let done = 0;
  let total = 0;
  let busy = false;

  const complain = (text) => {
    trouble.textContent = text;
    trouble.hidden = !text;
  };
  const refresh = () => window.htmx?.trigger("#documents", "refresh");

  function send(file) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      const data = new FormData();
      data.append("_csrf", token);
      data.append("files", file, file.name);
      request.upload.onprogress = (event) => {
        if (event.lengthComputable) meter.value = ((done + event.loaded / event.total) / total) * 100;
      };
      request.onload = () => {
        if (request.status >= 400) complain(new DOMParser().parseFromString(request.responseText, "text/html").body.textContent.trim() || form.dataset.failed);
        resolve();
      };
      request.onerror = () => { complain(form.dataset.failed); resolve(); };
      request.open("POST", form.action);
      request.setRequestHeader("HX-Request", "true");
      request.send(data);
    });
  }

  async function work() {
    if (busy) return;
    busy = true;
    bar.hidden = false;
    while (queue.length) {
      words.textContent = form.dataset.many.replace("{done}", done).replace("{total}", total);
      await send(queue.shift());
      done += 1;
      meter.value = (done / total) * 100;
      refresh();
    }
    words.textContent = form.dataset.kept;
    setTimeout(() => { if (!busy) bar.hidden = true; }, 1500);
    busy = false;
    done = total = 0;
  }

  function take(files) {
    complain("");
    const limit = Number(form.dataset.limit);
    for (const file of files) {
      if (file.size > limit) { complain(`${file.name}: ${form.dataset.tooLarge}`); continue; }
      queue.push(file);
      total += 1;
    }
    input.value = "";
    if (queue.length) work();
  }

  input.addEventListener("change", () => take([...input.files]));
  for (const name of ["dragenter", "dragover"]) form.addEventListener(name, (event) => { event.preventDefault(); form.classList.add("drop-over"); });
  for (const name of ["dragleave", "drop"]) form.addEventListener(name, () => form.classList.remove("drop-over"));
  form.addEventListener("drop", (event) => { event.preventDefault(); take([...event.dataTransfer.files]); });
}
