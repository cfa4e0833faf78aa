import type { NetworkPlugin } from '../harness/inventory/model.ts';
import { MayreachError } from '../source/error.ts';
import { nearest } from '../source/suggest.ts';

const NAMES: readonly NetworkPlugin['name'][] = [
  ...(['cilium', 'calico', 'kube-router', 'weave', 'antrea', 'ovn-kubernetes', 'aws'] as const),
  ...(['none', 'unknown'] as const),
];
const CILIUM_KEYS = ['enable-policy', 'policy-cidr-match-mode', 'enable-sctp'];

/**
 * The plugin that manifests are meant for: `cilium`, `cilium@1.15`, `cilium@1.15,enable-policy=always`. Settings are
 * those of Cilium's config map; one that is not named has Cilium's default, where any is.
 * @throws MayreachError USAGE
 */
export function parsePlugin(text: string): NetworkPlugin {
  const [identity = '', ...pairs] = text.split(',');
  const [given = '', version, ...rest] = identity.split('@');
  const name = NAMES.find((known) => known === given);
  if (name === undefined) {
    const near = nearest(given, NAMES);
    throw usage(text, near === undefined ? `One of ${NAMES.join(', ')}` : `Did you mean ${near}?`);
  }
  if (rest.length > 0 || (version !== undefined && !/^v?\d+\.\d+(\.\d+)?\S*$/.test(version))) {
    throw usage(text, `Write the version as ${name}@1.15 or ${name}@1.15.6`);
  }
  if (pairs.length > 0 && name !== 'cilium') throw usage(text, 'Only cilium has settings that are known here');
  return {
    name,
    ...(version === undefined ? {} : { version }),
    ...(pairs.length === 0 ? {} : { settings: Object.fromEntries(pairs.map((pair) => parseSetting(text, pair))) }),
    seenBy: [`--plugin ${text}`],
  };
}

function parseSetting(text: string, pair: string): readonly [string, string] {
  const [key = '', value] = pair.split('=');
  if (value === undefined || !CILIUM_KEYS.includes(key)) {
    throw usage(text, `Settings are KEY=VALUE, of ${CILIUM_KEYS.join(', ')}`);
  }
  if (key === 'enable-policy' && !['default', 'always', 'never'].includes(value)) {
    throw usage(text, 'enable-policy is default, always or never');
  }
  return [key, value];
}

function usage(text: string, hint: string): MayreachError {
  return new MayreachError(`--plugin ${text}: expected NAME[@VERSION][,KEY=VALUE]`, { code: 'USAGE', hint });
}
