// The fields of a form as the model lists them. What can't be a field, and what is misspelt in one, is told of on the console. It does not know what fields look like.

import { misspelt, misuse, named } from "../misuse.js";
import { text } from "./dialog.js";

/** A field; `options` are values, or { value, label }. */
export interface Field { name: string; label: string; type: string; options: unknown[]; required: boolean; trait?: string; autocomplete?: string }

const KEYS = ["name", "label", "type", "options", "required", "trait", "autocomplete"];
const TYPES = ["text", "email", "tel", "number", "select"];

/** What a name alone stands for, where it says more than a label. */
const USUAL: Record<string, object> = {
  email: { label: "E-mail", type: "email", trait: "email" },
  phone: { label: "Phone", type: "tel", trait: "phone" },
};

/** The fields that `given` lists. `whose` is the action, for messages. */
export function readFields(given: unknown, whose: string): Field[] {
  const fields: Field[] = [];
  for (const [place, item] of Array.isArray(given) ? given.entries() : []) {
    const field = typeof item === "string" ? { name: item, label: labelOf(item), ...(Object.hasOwn(USUAL, item) ? USUAL[item] : {}) } : item;
    if (text(field?.name, "") === "") misuse(`${whose}: \`fields[${place}]\` is a name or { name, label, … }, not ${named(item)}, and is left out`);
    else fields.push(readField(field as Partial<Field> & { name: string }, whose));
  }
  return fields;
}

function readField(given: Partial<Field> & { name: string }, whose: string): Field {
  const { name, type = "text", options, ...more } = given;
  const field = `${whose}: the field \`${name}\``;
  misspelt(field, given, KEYS);
  const known = TYPES.includes(type);
  if (!known) misuse(`${field} is of no type \`${type}\`: there are ${TYPES.join(", ")}; it takes any text`);
  return { ...more, name, label: text(given.label, name), type: known ? type : "text", options: Array.isArray(options) ? options : [], required: given.required === true };
}

/** "first_name" as people write it: "First name". */
function labelOf(name: string): string {
  const words = name.replace(/[_-]+/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
