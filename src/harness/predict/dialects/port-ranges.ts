import type { NetworkPlugin, PolicyPort } from '../../inventory/model.ts';
import { minorOf } from './plugin-version.ts';

/** Since when a plugin takes an endPort, and where that is written. */
export interface Ranges {
  /** The first version that does; `never`; absent: all do. */
  readonly since?: number | 'never';
  /** The last version of which it is known that it does not; absent: the one before `since`. */
  readonly notIn?: number;
  /** As people write the version. */
  readonly text: string;
  readonly link: string;
}

/**
 * What a plugin that does not know of endPort does with it: the first port of the range alone is taken.
 * https://kubernetes.io/docs/concepts/services-networking/network-policies/#targeting-a-range-of-ports
 */
const RANGES: Readonly<Partial<Record<NetworkPlugin['name'], Ranges>>> = {
  antrea: {
    since: 1001,
    text: '1.1',
    link: 'https://github.com/antrea-io/antrea/blob/main/CHANGELOG/CHANGELOG-1.1.md',
  },
  calico: {
    since: 3020,
    // Merged while 3.19 was made, of which no release notes tell.
    notIn: 3018,
    text: '3.20',
    link: 'https://github.com/projectcalico/libcalico-go/pull/1357',
  },
  'kube-router': { since: 1003, text: '1.3', link: 'https://github.com/cloudnativelabs/kube-router/pull/1080' },
  // Its last release is built with an API that has no such field.
  weave: { since: 'never', text: '', link: 'https://github.com/weaveworks/weave/blob/v2.8.1/go.mod' },
};

/** Whether a range of ports is taken as written; `unknown` where that hangs on the version. */
export function takesRanges(plugin: NetworkPlugin): { readonly takes: boolean | 'unknown'; readonly ranges?: Ranges } {
  const ranges = RANGES[plugin.name];
  if (ranges?.since === undefined) return { takes: true };
  if (ranges.since === 'never') return { takes: false, ranges };
  const minor = minorOf(plugin.version ?? plugin.atLeast);
  if (minor !== undefined && minor >= ranges.since) return { takes: true };
  const isOlder = plugin.version !== undefined && minor !== undefined && minor <= (ranges.notIn ?? ranges.since);
  return { takes: isOlder ? false : 'unknown', ranges };
}

/** Whether it is more than one port. */
export function isRange({ port, endPort }: PolicyPort): boolean {
  return typeof port === 'number' && endPort !== undefined && endPort !== port;
}

/** The first port alone. */
export function withoutRange({ protocol, port, position }: PolicyPort): PolicyPort {
  return { protocol, ...(port !== undefined && { port }), position };
}
