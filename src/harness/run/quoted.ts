/** A word of a command as a shell reads it back: ids and paths may hold spaces and worse. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
