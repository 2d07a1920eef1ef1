// SPDX-License-Identifier: Apache-2.0
// A function's name made to fit. What says least goes first: the result's type, the parameters, template arguments, the
// namespaces; what is left is cut in its middle. The whole name belongs in a tooltip beside it.

const OPENING: Record<string, string> = { "(": ")", "<": ">", "[": "]", "{": "}" };
const CLOSING = new Set(Object.values(OPENING));

/** Depth of brackets before each letter; `->` and operators such as `operator<` count as letters. */
function depths(name: string): number[] {
  let depth = 0;
  return Array.from({ length: name.length }, (_, at) => {
    const letter = name[at]!;
    const word = /operator[<>=\-]*$/.test(name.slice(Math.max(0, at - 12), at)) && (letter === "<" || letter === ">");
    if (!word && CLOSING.has(letter) && name[at - 1] !== "-") depth = Math.max(0, depth - 1);
    const before = depth;
    if (!word && letter in OPENING) depth++;
    return before;
  });
}

/** Replaces what stands in the outermost brackets of this kind by an ellipsis. */
function emptied(name: string, open: "(" | "<"): string {
  const depth = depths(name);
  let text = "";
  let kept = true;
  for (let at = 0; at < name.length; at++) {
    if (!kept && depth[at] === 0 && name[at] === OPENING[open]) {
      kept = true;
      text += name[at - 1] === open ? "" : "…";
    }
    if (kept) text += name[at];
    if (kept && depth[at] === 0 && name[at] === open) kept = false;
  }
  return kept ? text : name;
}

function withoutResult(name: string): string {
  const depth = depths(name);
  const open = [...name].findIndex((letter, at) => letter === "(" && depth[at] === 0 && at > 0);
  if (open < 0 || /operator /.test(name.slice(0, open))) return name;
  for (let at = open; at > 0; at--) if (name[at] === " " && depth[at] === 0) return name.slice(at + 1);
  return name;
}

function withoutNamespaces(name: string): string {
  const depth = depths(name);
  for (let at = name.length - 2; at > 0; at--) {
    if (name[at] === ":" && name[at + 1] === ":" && depth[at] === 0) return name.slice(at + 2);
  }
  return name;
}

function cutInMiddle(name: string, letters: number): string {
  const letter = Array.from(name);
  if (letter.length <= letters) return name;
  const head = Math.ceil((letters - 1) * 0.6);
  const tail = letters - 1 - head;
  return `${letter.slice(0, head).join("")}…${tail === 0 ? "" : letter.slice(-tail).join("")}`;
}

/** Template arguments as far as there is room, as they are what tells two functions of one template apart. */
function withSomeArguments(name: string, letters: number): string {
  const text = emptied(name, "<");
  const place = text.indexOf("<…>");
  const room = letters - text.length;
  if (place < 0 || room < 3) return text;
  const wanted = name.slice(place + 1).replace(/\bstd::(__cxx11::)?/g, "");
  return `${text.slice(0, place + 1)}${wanted.slice(0, room)}${text.slice(place + 1)}`;
}

/** The name in at most so many letters; "" when not even three fit. */
export function shortName(name: string, letters: number): string {
  if (letters < 3) return "";
  let text = name;
  const steps = [withoutResult, (now: string) => emptied(now, "("), (now: string) => withSomeArguments(now, letters), withoutNamespaces];
  for (const step of steps) {
    if (text.length <= letters) return text;
    text = step(text);
  }
  if (text.length > letters) text = text.replace("(…)", "");
  return cutInMiddle(text, letters);
}
