import { ConnectionSet } from '../predict/sets/connections.ts';

/** Whether these are some ports that somebody may want to open, and not all but some. */
export function isFew(set: ConnectionSet): boolean {
  return !set.isAll && set.format().length <= ConnectionSet.ALL.subtract(set).format().length;
}

/** As a person says it: `TCP 80`, `every protocol and port`, `all but TCP 5432`. */
export function connectionsText(set: ConnectionSet): string {
  if (set.isAll) return 'every protocol and port';
  const text = set.format();
  const others = ConnectionSet.ALL.subtract(set).format();
  return others.length + 8 < text.length ? `all but ${others}` : text;
}
