/** Reading what a provider sent without believing its shape. */
export type Extra = Record<string, unknown>;

export function recordOf(value: unknown): Extra | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Extra) : undefined;
}

export function listOf(value: unknown): Extra[] {
  return Array.isArray(value) ? value.map(recordOf).filter((record) => record !== undefined) : [];
}

export function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

export function textIn(record: Extra, name: string): string {
  const value = record[name];
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

export function numberOf(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}
