// Colours and fonts of the design tokens, for what is drawn by script.
export function style(names) {
  const found = getComputedStyle(document.documentElement);
  return Object.fromEntries(names.map((name) => [name, found.getPropertyValue(name).trim()]));
}
