import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import type { Endpoint, PortSpec } from '../../../src/requirements/index.ts';

/** A requirement file that is wrong in one way, and what is said about it. */
export interface WrongFile {
  readonly what: string;
  readonly text: string;
  /** `line:column` of the fault. */
  readonly at: string;
  readonly says: string;
  readonly hint?: string;
  /** False: a mistake that the JSON Schema does not see. */
  readonly shape?: boolean;
}

export const WRONG_KINDS = ['sets', 'endpoints', 'details', 'ports', 'audits'] as const;

/** The files of `wrong/<kind>.yaml`. */
export function wrongFiles(kind: (typeof WRONG_KINDS)[number]): WrongFile[] {
  const content = load(readFileSync(new URL(`wrong/${kind}.yaml`, import.meta.url), 'utf8')) as {
    readonly template?: string;
    readonly files: readonly (Omit<WrongFile, 'text'> & { readonly text?: string; readonly with?: string })[];
  };
  return content.files.map(({ with: value, text, ...file }) => ({
    ...file,
    text: text ?? content.template?.replace('%', () => value ?? '') ?? '',
  }));
}

const app = (value: string) => ({ matchLabels: { app: value }, matchExpressions: [] });
const everything = { matchLabels: {}, matchExpressions: [] };
const data = { by: 'name', name: 'data' } as const;

/** An endpoint as it may be written, what it means, and how it is called where it has no name. */
export const rightEndpoints: readonly (readonly [written: string, endpoint: Endpoint, label: string])[] = [
  ['shop/web', { kind: 'workload', namespace: 'shop', name: 'web' }, 'shop/web'],
  ['shop/web.v2', { kind: 'workload', namespace: 'shop', name: 'web.v2' }, 'shop/web.v2'],
  [
    '"shop/web[StatefulSet]"',
    { kind: 'workload', namespace: 'shop', name: 'web', workloadKind: 'StatefulSet' },
    'shop/web[StatefulSet]',
  ],
  ['outsider', { kind: 'outsider' }, 'outsider'],
  ['anyone', { kind: 'anyone' }, 'anyone'],
  ['{namespace: data}', { kind: 'pods', namespaces: data, pods: everything }, 'data/*'],
  ['{namespace: data, pods: {}}', { kind: 'pods', namespaces: data, pods: everything }, 'data/*'],
  ['{namespace: data, pods: {app: db}}', { kind: 'pods', namespaces: data, pods: app('db') }, 'data/{app=db}'],
  ['{pods: {app: ""}, namespace: data}', { kind: 'pods', namespaces: data, pods: app('') }, 'data/{app=}'],
  [
    '{namespace: data, pods: {matchLabels: {app: db}}}',
    { kind: 'pods', namespaces: data, pods: app('db') },
    'data/{app=db}',
  ],
  [
    '{namespace: data, pods: {matchExpressions: [{key: app, operator: In, values: [a, b]}, {key: x.io/y, operator: Exists}]}}',
    {
      kind: 'pods',
      namespaces: data,
      pods: {
        matchLabels: {},
        matchExpressions: [
          { key: 'app', operator: 'In', values: ['a', 'b'] },
          { key: 'x.io/y', operator: 'Exists', values: [] },
        ],
      },
    },
    'data/{app in (a,b),x.io/y}',
  ],
  [
    '{namespaces: {app: x}}',
    { kind: 'pods', namespaces: { by: 'labels', selector: app('x') }, pods: everything },
    '{app=x}/*',
  ],
  [
    '{namespaces: {}, pods: {app: db}}',
    { kind: 'pods', namespaces: { by: 'labels', selector: everything }, pods: app('db') },
    '*/{app=db}',
  ],
  ['{service: shop/api}', { kind: 'service', namespace: 'shop', name: 'api' }, 'shop/api[Service]'],
  ['{host: api.stripe.com}', { kind: 'host', host: 'api.stripe.com' }, 'api.stripe.com'],
  ['{host: API.Stripe.com.}', { kind: 'host', host: 'api.stripe.com' }, 'api.stripe.com'],
  ['{host: 172.18.0.5}', { kind: 'host', host: '172.18.0.5' }, '172.18.0.5'],
  ['{cidr: 203.0.113.0/24}', { kind: 'cidr', cidr: '203.0.113.0/24' }, '203.0.113.0/24'],
  ['{cidr: 0.0.0.0/0}', { kind: 'cidr', cidr: '0.0.0.0/0' }, '0.0.0.0/0'],
  ['{cidr: "2001:DB8:0::/32"}', { kind: 'cidr', cidr: '2001:db8::/32' }, '2001:db8::/32'],
];

/** Entries of `on` as they may be written, and what they mean. */
export const rightPorts: readonly (readonly [written: string, spec: PortSpec])[] = [
  ['5432', { kind: 'range', protocol: 'TCP', from: 5432, to: 5432 }],
  ['"5432"', { kind: 'range', protocol: 'TCP', from: 5432, to: 5432 }],
  ['5432/tcp', { kind: 'range', protocol: 'TCP', from: 5432, to: 5432 }],
  ['53/UDP', { kind: 'range', protocol: 'UDP', from: 53, to: 53 }],
  ['8000-8080', { kind: 'range', protocol: 'TCP', from: 8000, to: 8080 }],
  ['1-65535/sctp', { kind: 'range', protocol: 'SCTP', from: 1, to: 65535 }],
  ['http', { kind: 'name', name: 'http' }],
  ['h2-c/tcp', { kind: 'name', name: 'h2-c', protocol: 'TCP' }],
  ['9p', { kind: 'name', name: '9p' }],
  ['any', { kind: 'any' }],
];
