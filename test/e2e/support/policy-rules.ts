import type { KubeObject } from '../../../src/harness/clusters/api/model.ts';

/**
 * NetworkPolicies as iptables rules, written without a look at the product's own reading of them. What the tests do
 * not use is refused: a rule that is quietly left out would make a test pass for the wrong reason.
 */
export interface NetworkState {
  readonly namespaces: readonly KubeObject[];
  readonly pods: readonly KubeObject[];
  readonly policies: readonly KubeObject[];
}

interface Pod {
  readonly namespace: string;
  readonly labels: Labels;
  readonly address: string;
  readonly ports: readonly { readonly name?: string; readonly containerPort: number; readonly protocol?: string }[];
}
type Labels = Readonly<Record<string, string>>;
interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: unknown;
}
interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: unknown };
}
interface Port {
  readonly port?: number | string;
  readonly protocol?: string;
  readonly endPort?: unknown;
}
interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly Port[];
}
interface Spec {
  readonly podSelector: Selector;
  readonly policyTypes?: readonly string[];
  readonly ingress?: readonly Rule[];
  readonly egress?: readonly Rule[];
}

/** Rules of `chain`: replies pass, then each isolated pod's own rules, which end in REJECT. */
export function rulesFor({ namespaces, pods: objects, policies }: NetworkState, chain: string): readonly string[] {
  const pods = objects.flatMap(podOf);
  const namespaceLabels = new Map(namespaces.map(({ metadata }) => [metadata.name, metadata.labels ?? {}]));
  const lines = [`-A ${chain} -m conntrack --ctstate ESTABLISHED,RELATED -j RETURN`];
  pods.forEach((pod, index) => {
    for (const direction of ['Ingress', 'Egress'] as const) {
      const own = policies
        .filter(
          ({ metadata, spec }) =>
            metadata.namespace === pod.namespace && selects((spec as Spec).podSelector, pod.labels),
        )
        .map(({ spec }) => spec as Spec)
        .filter(({ policyTypes = ['Ingress'] }) => policyTypes.includes(direction));
      if (own.length === 0) continue;
      const [here, there] = direction === 'Ingress' ? ['-d', '-s'] : ['-s', '-d'];
      const name = `${chain}-${direction === 'Ingress' ? 'I' : 'O'}${index}`;
      lines.unshift(`:${name} - [0:0]`);
      lines.push(`-A ${chain} ${here} ${pod.address} -j ${name}`);
      for (const rule of own.flatMap((spec) => (direction === 'Ingress' ? spec.ingress : spec.egress) ?? [])) {
        const peers = rule.from ?? rule.to;
        const addresses =
          peers === undefined ? ['0.0.0.0/0'] : peers.flatMap((peer) => addressesOf(peer, pod.namespace));
        for (const address of addresses) {
          // A port's name is the destination's: of this pod, or of the peer with that address.
          const destination = direction === 'Ingress' ? pod : pods.find((other) => other.address === address);
          for (const match of matchesOf(rule.ports, destination)) {
            lines.push(`-A ${name} ${there} ${address}${match} -j RETURN`);
          }
        }
      }
      lines.push(`-A ${name} -j REJECT`);
    }
  });
  return lines;

  function addressesOf({ podSelector, namespaceSelector, ipBlock }: Peer, home: string): readonly string[] {
    if (ipBlock?.except !== undefined) throw new Error('the rejecting network of the tests knows no `except`');
    if (ipBlock !== undefined) return [ipBlock.cidr];
    return pods
      .filter(({ namespace, labels }) =>
        namespaceSelector === undefined
          ? namespace === home && selects(podSelector ?? {}, labels)
          : selects(namespaceSelector, namespaceLabels.get(namespace) ?? {}) && selects(podSelector ?? {}, labels),
      )
      .map(({ address }) => address);
  }
}

function podOf({ metadata, spec, status }: KubeObject): readonly Pod[] {
  const { podIP, phase } = (status ?? {}) as { readonly podIP?: string; readonly phase?: string };
  const { hostNetwork, containers } = spec as {
    readonly hostNetwork?: boolean;
    readonly containers: readonly { readonly ports?: Pod['ports'] }[];
  };
  if (podIP === undefined || hostNetwork === true || phase === 'Succeeded' || phase === 'Failed') return [];
  const ports = containers.flatMap((container) => container.ports ?? []);
  return [{ namespace: metadata.namespace ?? '', labels: metadata.labels ?? {}, address: podIP, ports }];
}

function selects({ matchLabels = {}, matchExpressions }: Selector, labels: Labels): boolean {
  if (matchExpressions !== undefined) throw new Error('the rejecting network of the tests knows no matchExpressions');
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
}

function matchesOf(ports: readonly Port[] | undefined, destination: Pod | undefined): readonly string[] {
  if (ports === undefined) return [''];
  return ports.flatMap(({ port, protocol = 'TCP', endPort }) => {
    if (endPort !== undefined) throw new Error('the rejecting network of the tests knows no endPort');
    const match = ` -p ${protocol.toLowerCase()}`;
    if (port === undefined) return [match];
    const number = typeof port === 'number' ? port : numberOf(port, protocol, destination);
    return number === undefined ? [] : [`${match} --dport ${number}`];
  });
}

function numberOf(name: string, protocol: string, destination: Pod | undefined): number | undefined {
  return destination?.ports.find((port) => port.name === name && (port.protocol ?? 'TCP') === protocol)?.containerPort;
}
