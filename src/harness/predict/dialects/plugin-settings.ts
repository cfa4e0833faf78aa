import type { NetworkPlugin } from '../../inventory/model.ts';

/** Cilium's policy enforcement mode; `default` where its settings are not known. */
export function ciliumModeOf({ settings }: NetworkPlugin): 'default' | 'always' | 'never' {
  const mode = settings?.['enable-policy'];
  return mode === 'always' || mode === 'never' ? mode : 'default';
}

/** Whether a version is known, and is older. */
export function isBefore({ version }: NetworkPlugin, major: number, minor: number): boolean {
  const [, first, second] = /^v?(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  if (first === undefined || second === undefined) return false;
  return Number(first) < major || (Number(first) === major && Number(second) < minor);
}
