// The rule grid: checks while typing, rows in and out, and the keyboard. Without this the form does all of it by posting.
const WAIT = 350;

export default function rulesGrid(form) {
  const says = form.querySelector("#check-says");
  const whole = form.querySelector("#whole-notes");
  const icon = document.querySelector("#note-icon");
  let timer, running, changed = false;

  const tables = () => [...form.querySelectorAll(".rules-grid")];
  const rowsOf = (table) => [...table.tBodies[0].rows];
  const cellsOf = (row) => [...row.querySelectorAll("[data-cell]")];

  function noteElement(note, tag) {
    const element = document.createElement(tag);
    element.className = `cell-note cell-${note.severity}`;
    element.append(icon.content.cloneNode(true), note.text);
    return element;
  }

  // The server counts rows in their order; numbers in names may have holes after a row was taken out.
  function cellOf(name) {
    const [section, row, column] = name.split(".");
    const table = form.querySelector(`[data-section="${section}"]`);
    const found = table && rowsOf(table)[Number(row)];
    return found && cellsOf(found).find((cell) => cell.name.endsWith(`.${column}`));
  }

  function show(answer) {
    for (const element of form.querySelectorAll(".cell-notes")) element.replaceChildren();
    for (const cell of form.querySelectorAll("[data-cell][aria-invalid]")) cell.removeAttribute("aria-invalid");
    whole.replaceChildren();
    for (const note of answer.notes) {
      const cell = note.cell && cellOf(note.cell);
      if (!cell) {
        whole.append(noteElement(note, "p"));
        continue;
      }
      if (note.severity === "error") cell.setAttribute("aria-invalid", "true");
      cell.parentElement.querySelector(".cell-notes").append(noteElement(note, "span"));
    }
    if (says.textContent !== answer.says) says.textContent = answer.says;
  }

  async function check() {
    running?.abort();
    running = new AbortController();
    try {
      const answer = await fetch(form.dataset.check, {
        method: "POST", body: new FormData(form), signal: running.signal, credentials: "same-origin",
        headers: { "X-CSRF-Token": form.dataset.csrf, Accept: "application/json" },
      });
      if (!answer.ok) throw new Error(answer.status);
      show(await answer.json());
    } catch (error) {
      if (error.name !== "AbortError") says.textContent = form.dataset.failed;
    }
  }

  function soon() {
    changed = true;
    clearTimeout(timer);
    timer = setTimeout(check, WAIT);
  }

  function renumber(row, number) {
    for (const element of row.querySelectorAll("[name]")) {
      if (element.name === "do") element.value = element.value.replace(/\d+$/, number);
      else element.name = element.name.replace(/\.\d+\./, `.${number}.`);
    }
    for (const cell of cellsOf(row)) {
      cell.setAttribute("aria-describedby", `${cell.name}-note`);
      cell.parentElement.querySelector(".cell-notes").id = `${cell.name}-note`;
    }
  }

  function tidy(table) {
    rowsOf(table).forEach((row, number) => {
      renumber(row, number);
      row.querySelector("th .number").textContent = number + 1;
    });
  }

  function addRow(section) {
    const table = form.querySelector(`[data-section="${section}"]`);
    const rows = rowsOf(table);
    if (!rows.length) return false;
    const row = rows.at(-1).cloneNode(true);
    for (const cell of cellsOf(row)) {
      cell.value = "";
      cell.removeAttribute("aria-invalid");
    }
    for (const notes of row.querySelectorAll(".cell-notes")) notes.replaceChildren();
    row.querySelector("input[type=hidden]").value = "";
    table.tBodies[0].append(row);
    tidy(table);
    cellsOf(row)[0].focus();
    soon();
    return true;
  }

  function removeRow(button) {
    const table = button.closest("table");
    if (rowsOf(table).length < 2) return false;
    const row = button.closest("tr");
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    tidy(table);
    cellsOf(next)[0].focus();
    soon();
    return true;
  }

  form.addEventListener("click", (event) => {
    const add = event.target.closest("[data-add]");
    const remove = event.target.closest("[data-remove]");
    if ((add && addRow(add.dataset.add)) || (remove && removeRow(remove))) event.preventDefault();
  });

  function move(cell, down, right) {
    const row = cell.closest("tr");
    const rows = rowsOf(row.closest("table"));
    const at = cellsOf(row).indexOf(cell);
    const target = rows[rows.indexOf(row) + down];
    const next = target && cellsOf(target)[at + right];
    next?.focus();
    return Boolean(next);
  }

  const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

  form.addEventListener("keydown", (event) => {
    const cell = event.target.closest("[data-cell]");
    if (!cell || event.isComposing) return;
    const arrow = ARROWS[event.key];
    const plain = cell.tagName === "INPUT" && cell.type === "text" && arrow && arrow[0] !== 0;
    if (arrow && (event.altKey || plain)) {
      if (move(cell, ...arrow)) event.preventDefault();
    } else if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      move(cell, 1, 0);
    }
  });

  form.addEventListener("input", soon);
  form.addEventListener("submit", () => { changed = false; });
  addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
  for (const table of tables()) table.setAttribute("data-ready", "");
}
