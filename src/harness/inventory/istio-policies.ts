import { NAMESPACE_NAME } from '../../requirements/selector.ts';
import type { AdminPolicy, AdminRule, NamespacedPods } from './admin-model.ts';
import type { Field } from './field.ts';
import { readLabels } from './labels.ts';
import type { KubeObject } from './objects.ts';

/** Istio's root namespace, unless its installation names another. */
const ROOT = 'istio-system';
const LINKS = {
  AuthorizationPolicy: 'https://istio.io/latest/docs/reference/config/security/authorization-policy/',
  PeerAuthentication: 'https://istio.io/latest/docs/reference/config/security/peer_authentication/',
};

/**
 * An AuthorizationPolicy or a PeerAuthentication of Istio as what it may do: deny TCP to the pods that it selects. What
 * it really does hangs on identities and on what speaks for the pods, so it is not known; what other policies deny
 * stays denied. None where it can deny nothing.
 */
export function readIstioPolicy({ kind, namespace, name, root, position }: KubeObject): readonly AdminPolicy[] {
  const spec = root.get('spec');
  if (kind === 'PeerAuthentication' ? !isStrict(spec) : !mayDeny(spec)) return [];
  const link = kind === 'PeerAuthentication' ? LINKS.PeerAuthentication : LINKS.AuthorizationPolicy;
  const rule: AdminRule = {
    index: 0,
    action: 'deny',
    peers: [{ kind: 'everyone', position }],
    ports: [{ protocol: 'TCP', position }],
    doubt: `a mesh enforces it, on connections that the network lets through (${link})`,
    position,
  };
  const subject = subjectOf(spec, namespace);
  const policy = { tier: 'admin', priority: 0, subject, ingress: [rule], egress: [], position } as const;
  return [{ kind: 'Istio', id: `${kind} ${namespace}/${name}`, ...policy, raw: root.value }];
}

/** A policy of the root namespace is one of all namespaces. One for a waypoint or a service is of pods not told here. */
function subjectOf(spec: Field, namespace: string): NamespacedPods {
  const everything = { matchLabels: {}, matchExpressions: [] };
  return {
    namespaceSelector:
      namespace === ROOT ? everything : { ...everything, matchLabels: { [NAMESPACE_NAME]: namespace } },
    podSelector: { ...everything, matchLabels: readLabels(spec.at('selector', 'matchLabels')) },
  };
}

/** One that audits decides nothing, one that denies without rules matches nothing, an empty rule allows everything. */
function mayDeny(spec: Field): boolean {
  const action = spec.get('action').text() ?? 'ALLOW';
  const rules = spec.get('rules').items();
  if (action === 'AUDIT') return false;
  if (action === 'ALLOW') return !rules.some((rule) => rule.entries().length === 0);
  return rules.length > 0;
}

/** Of a port, too. */
function isStrict(spec: Field): boolean {
  const ports = spec.get('portLevelMtls').entries();
  const modes = [spec.at('mtls', 'mode'), ...ports.map(([, port]) => port.get('mode'))];
  return modes.some((mode) => mode.value === 'STRICT');
}
