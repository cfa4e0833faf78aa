import { type LabelSelector, NAMESPACE_NAME } from '../../requirements/selector.ts';
import { dump } from 'js-yaml';
import { PROTOCOLS } from '../../requirements/model.ts';
import type { ConnectionSet } from '../predict/sets/connections.ts';
import type { SuggestedPeer, SuggestedPolicy, SuggestedRule } from './model.ts';
import { isDefaultDeny } from './policies.ts';

const LAST_PORT = 65535;

/** The policies as `kubectl apply -f` takes them, each under a comment that names the requirements it serves. */
export function policiesYaml(policies: readonly SuggestedPolicy[]): string {
  return policies.map(documentOf).join('---\n');
}

function documentOf(policy: SuggestedPolicy): string {
  const { namespace, name, selector, ingress, egress } = policy;
  const isDeny = isDefaultDeny(policy);
  const types = [
    ...(isDeny || ingress.length > 0 ? ['Ingress'] : []),
    ...(isDeny || egress.length > 0 ? ['Egress'] : []),
  ];
  return [
    ...headOf(policy).map(comment),
    'apiVersion: networking.k8s.io/v1',
    'kind: NetworkPolicy',
    ...block({ metadata: { name, namespace } }, 0),
    'spec:',
    ...block({ podSelector: selectorObject(selector), policyTypes: types }, 2),
    ...(ingress.length === 0 ? [] : ['  ingress:', ...ingress.flatMap((rule) => ruleLines(rule, 'from', namespace))]),
    ...(egress.length === 0 ? [] : ['  egress:', ...egress.flatMap((rule) => ruleLines(rule, 'to', namespace))]),
    '',
  ].join('\n');
}

function headOf(policy: SuggestedPolicy): readonly string[] {
  const { namespace, workloads, serves } = policy;
  const what = isDefaultDeny(policy)
    ? `Nothing moves in ${namespace}, in either direction, unless a policy below says so.`
    : workloads.map(({ id }) => id).join(' and ');
  return [what, ...serves.map(({ id, because }) => `  ${id}${because === undefined ? '' : `: ${because}`}`)];
}

function ruleLines(
  { peers, connections, serves, forName }: SuggestedRule,
  key: 'from' | 'to',
  namespace: string,
): readonly string[] {
  const rule = {
    [key]: peers.map((peer) => peerObject(peer, namespace)),
    ...(connections.isAll ? {} : { ports: portObjects(connections) }),
  };
  return [`    ${comment(`${serves.join(', ')}${forName ? ': names are asked of the cluster DNS' : ''}`)}`].concat(
    block([rule], 4),
  );
}

function peerObject(peer: SuggestedPeer, namespace: string): object {
  switch (peer.kind) {
    case 'every-pod':
      return { namespaceSelector: {} };
    case 'pods-elsewhere':
      return {
        namespaceSelector: {
          matchExpressions: [{ key: NAMESPACE_NAME, operator: 'NotIn', values: [...peer.namespaces] }],
        },
      };
    case 'block':
      return { ipBlock: { cidr: peer.cidr } };
    case 'pods': {
      const podSelector = selectorObject(peer.selector);
      if (peer.namespace === namespace) return { podSelector };
      return { namespaceSelector: { matchLabels: { [NAMESPACE_NAME]: peer.namespace } }, podSelector };
    }
  }
}

function selectorObject({ matchLabels, matchExpressions }: LabelSelector): object {
  return {
    ...(Object.keys(matchLabels).length === 0 ? {} : { matchLabels }),
    ...(matchExpressions.length === 0
      ? {}
      : {
          matchExpressions: matchExpressions.map(({ key, operator, values }) => ({
            key,
            operator,
            ...(values.length === 0 ? {} : { values }),
          })),
        }),
  };
}

function portObjects(connections: ConnectionSet): readonly object[] {
  return PROTOCOLS.flatMap((protocol) =>
    connections.intervals(protocol).map(({ from, to }) => {
      if (from === 1 && to === LAST_PORT) return { protocol };
      return { protocol, port: from, ...(from === to ? {} : { endPort: to }) };
    }),
  );
}

/** YAML lines of a value; the dumper quotes whatever an older parser could take for something else than text. */
function block(value: unknown, indent: number): string[] {
  const lines = dump(value, { noRefs: true }).trimEnd().split('\n');
  return lines.map((line) => `${' '.repeat(indent)}${line}`);
}

/** One line, whatever a requirement's author wrote: a line break would end the comment. */
export function comment(text: string): string {
  return `# ${text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, ' ').trimEnd()}`;
}
