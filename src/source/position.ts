/**
 * A place in a file that a person wrote, or in an object of a cluster.
 *
 * `file` is the path as the user gave it (or `stdin`, or `cluster:networkpolicies/shop/web` for a live object);
 * `line` and `column` start at 1. A live object has line 0: there is no file to point into.
 */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** `file:line:column`, the form that terminals and editors make a link of; without a line, the file alone. */
export function formatPosition({ file, line, column }: Position): string {
  return line === 0 ? file : `${file}:${line}:${column}`;
}

/** `file:line`, where the column says nothing. */
export function formatLine({ file, line }: Position): string {
  return line === 0 ? file : `${file}:${line}`;
}
