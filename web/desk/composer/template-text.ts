/** A template's text with its gaps filled: `{{1}}` or, in order of appearance, `{{name}}`. An empty gap stays visible. */
export function fill(body: string, variables: readonly string[]): string {
  const names: string[] = [];
  return body.replace(/\{\{\s*(\w+)\s*\}\}/g, (gap, name: string) => {
    if (!/^\d+$/.test(name) && !names.includes(name)) names.push(name);
    const at = /^\d+$/.test(name) ? Number(name) - 1 : names.indexOf(name);
    return variables[at] || gap;
  });
}
