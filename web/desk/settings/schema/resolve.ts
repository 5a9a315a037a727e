/** JSON Schema as pydantic writes it, brought to what a form can draw. */
import type { Schema } from "../../../api/shapes";
import type { Language } from "../../preferences/preferences";

export interface Node extends Schema {
  /** The setting may be left out altogether (null). */
  nullable: boolean;
}

/** Follows references, and unwraps "this or null" and "all of one". Titles nearer to the field win. */
export function resolve(schema: Schema, root: Schema): Node {
  const { $ref, allOf, anyOf, ...own } = schema;
  if ($ref) {
    // What describes the shape itself is its class's docstring, for developers.
    const { description: _, ...target } = root.$defs?.[$ref.split("/").at(-1) ?? ""] ?? {};
    return resolve({ ...target, ...own }, root);
  }
  if (allOf?.length === 1) return resolve({ ...allOf[0], ...own }, root);
  if (anyOf) {
    const some = anyOf.filter(({ type }) => type !== "null");
    const chosen = resolve({ ...some[0], ...own }, root);
    return { ...chosen, nullable: some.length < anyOf.length };
  }
  return { ...own, nullable: false };
}

export function titleOf(node: Schema, name: string, language: Language): string {
  const title = language === "id" ? (node.title_id ?? node.title) : node.title;
  return title ?? name;
}

export function helpOf(node: Schema, language: Language): string | undefined {
  return language === "id" ? (node.description_id ?? node.description) : node.description;
}

export function isSecret(node: Schema): boolean {
  return node.writeOnly === true || node.format === "password";
}

/** What a setting is before anybody touched it. */
export function initialOf(schema: Schema, root: Schema): unknown {
  const node = resolve(schema, root);
  if (node.default !== undefined) return node.default;
  if (node.const !== undefined) return node.const;
  if (node.nullable) return null;
  if (node.type === "object" && node.properties) return initialObject(node, root);
  if (node.type === "object") return {};
  if (node.type === "array") return [];
  if (node.type === "boolean") return false;
  if (node.enum) return node.enum[0];
  return undefined;
}

export function initialObject(node: Schema, root: Schema): Record<string, unknown> {
  const entries = Object.entries(node.properties ?? {}).map(([name, field]) => [name, initialOf(field, root)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
