// The little that the panel reads from a scoring model: names, grades, descriptions. Everything may be missing; nothing is checked again.

interface Named { id?: string; description?: string }

/** A scoring model as the panel sees it. */
export interface Model {
  scores?: Record<string, { grades?: { from: number; label: string }[] }>;
  signals?: Record<string, { description?: string }>;
  rules?: Named[];
  stages?: Named[];
  mql?: string;
  actions?: (Named & { do?: { type?: string } })[];
}

/** What the model says about one of its parts. */
export function described(parts: Named[] | undefined, id: string): string | undefined {
  return parts?.find((part) => part.id === id)?.description;
}

/** A stage as people write it: the field's abbreviations in capitals, anything else as the model has it. */
export function stageName(id: string): string {
  return /^(mql|sql|sal|pql|mqa)$/.test(id) ? id.toUpperCase() : id;
}
