import { describe, expect, it } from 'vitest';
import { cilium, clusterwide, lines, mutantsIn } from './support.ts';

const DB = 'endpointSelector: {matchLabels: {app: db}}';
const from = (app: string) => `{fromEndpoints: [{matchLabels: {app: ${app}}}]}`;

describe('every mistake in a policy of Cilium', () => {
  it('rules that allow and rules that deny, entry by entry as they were written', () => {
    const spec = `${DB},
      ingress: [{fromEndpoints: [{matchLabels: {app: web}}, {matchLabels: {k8s:io.kubernetes.pod.namespace: ops}}], toPorts: [{ports: [{port: "80"}, {port: "81", protocol: TCP}]}]}],
      ingressDeny: [{fromEntities: [world, cluster]}],
      egress: [{toCIDRSet: [{cidr: 10.0.0.0/8, except: [10.1.0.0/16]}]}]`;
    expect(lines(cilium('db', spec))).toEqual([
      'remove-policy | policy removed',
      'remove-direction | without ingress',
      'remove-direction | without egress',
      'widen-selector | endpointSelector app=db widened to {}',
      'remove-rule | ingressDeny rule 1 removed',
      'widen-peers | ingressDeny rule 1 widened to every source',
      'remove-peer | ingressDeny rule 1: the world outside removed',
      'remove-peer | ingressDeny rule 1: pods * of namespaces * and nodes * removed',
      'change-action | ingressDeny rule 1: moved to ingress',
      'remove-rule | ingress rule 1 removed',
      'widen-peers | ingress rule 1 widened to every source',
      'remove-peer | ingress rule 1: pods app=web removed',
      'widen-pods | ingress rule 1: pods app=web widened to every pod',
      'widen-namespaces | ingress rule 1: pods app=web widened to every namespace',
      'remove-peer | ingress rule 1: pods * of namespace ops removed',
      'widen-namespaces | ingress rule 1: pods * of namespace ops widened to every namespace',
      'widen-ports | ingress rule 1 widened to every protocol and port',
      'remove-port | ingress rule 1: TCP/UDP/SCTP 80 removed',
      'widen-port | ingress rule 1: TCP/UDP/SCTP 80 widened to every TCP/UDP/SCTP port',
      'remove-port | ingress rule 1: TCP 81 removed',
      'widen-port | ingress rule 1: TCP 81 widened to every TCP port',
      'change-action | ingress rule 1: moved to ingressDeny',
      'remove-rule | egress rule 1 emptied: it allows nothing',
      'widen-peers | egress rule 1 widened to every destination',
      'remove-exception | egress rule 1: 10.0.0.0/8 without its exception 10.1.0.0/16',
      'widen-block | egress rule 1: 10.0.0.0/8 widened to 0.0.0.0/0',
      'change-action | egress rule 1: moved to egressDeny',
    ]);
  });

  it('the whole of it at once, though the engine has it as several policies', () => {
    const text = cilium('db', `${DB}, ingress: [${from('web')}]`);
    const [removed, widened] = mutantsIn(text, text.replace('name: db', 'name: other'));
    expect(removed).toMatchObject({
      policy: { kind: 'CiliumNetworkPolicy', id: 'shop/db', name: 'CiliumNetworkPolicy shop/db' },
      edit: { replaced: [{ id: 'shop/db' }, { id: 'shop/db' }, { id: 'shop/db' }], by: [] },
    });
    if (widened?.edit.list !== 'adminPolicies') throw new Error('no such edit');
    const all = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } };
    expect(widened.edit.by).toMatchObject([{ subject: all }, { subject: all }, { subject: all }]);
    expect(widened.edit.by.map(({ subject }) => JSON.stringify(subject)).join()).not.toContain('app');
  });

  it('specs one by one, where there are several', () => {
    const specs = `specs: [{endpointSelector: {}, ingress: [${from('web')}]}, {${DB}, ingress: [${from('api')}]}]`;
    expect(lines(clusterwide('both', specs))).toEqual([
      'remove-policy | policy removed',
      'remove-policy | spec 1: removed',
      'remove-rule | spec 1: ingress rule 1 emptied: it allows nothing',
      'widen-peers | spec 1: ingress rule 1 widened to every source',
      'widen-pods | spec 1: ingress rule 1: pods app=web of namespaces * widened to every pod',
      'change-action | spec 1: ingress rule 1: moved to ingressDeny',
      'remove-policy | spec 2: removed',
      'widen-selector | spec 2: endpointSelector app=db widened to {}',
      'remove-rule | spec 2: ingress rule 1 emptied: it allows nothing',
      'widen-peers | spec 2: ingress rule 1 widened to every source',
      'widen-pods | spec 2: ingress rule 1: pods app=api of namespaces * widened to every pod',
      'change-action | spec 2: ingress rule 1: moved to ingressDeny',
    ]);
    const second = mutantsIn(clusterwide('both', specs)).find(({ description }) => description === 'spec 2: removed');
    if (second?.edit.list !== 'adminPolicies') throw new Error('no such edit');
    expect(second.edit.by).toEqual(second.edit.replaced.slice(0, 3));
  });

  it('the last rule of a direction: emptied, the default deny stays; of denials alone, it is the direction', () => {
    const deny = 'egressDeny: [{toCIDR: [169.254.169.254/32]}]';
    expect(lines(clusterwide('no-metadata', `spec: {endpointSelector: {}, ${deny}}`))).toEqual([
      'remove-policy | policy removed',
      'widen-peers | egressDeny rule 1 widened to every destination',
      'widen-block | egressDeny rule 1: 169.254.169.254/32 widened to 0.0.0.0/0',
      'change-action | egressDeny rule 1: moved to egress',
    ]);
    const emptied = mutantsIn(cilium('db', `${DB}, ingress: [${from('web')}]`)).find(
      ({ kind }) => kind === 'remove-rule',
    );
    if (emptied?.edit.list !== 'adminPolicies') throw new Error('no such edit');
    expect(emptied.edit.by.map(({ ingress }) => ingress.length)).toEqual([0, 0, 1]);
  });

  it('the last rule where nothing is denied by default is the direction', () => {
    const spec = `${DB}, enableDefaultDeny: {ingress: false}, ingress: [${from('web')}], egress: [{toEntities: [all]}]`;
    expect(lines(cilium('db', spec)).filter((line) => line.startsWith('remove-'))).toEqual([
      'remove-policy | policy removed',
      'remove-direction | without ingress',
      'remove-direction | without egress',
      'remove-rule | egress rule 1 emptied: it allows nothing',
    ]);
  });

  it('what is not modelled of a rule', () => {
    const rule =
      '{fromEntities: [all], toPorts: [{ports: [{port: "80", protocol: TCP}], rules: {http: [{method: GET}]}}]}';
    expect(lines(cilium('web', `${DB}, ingress: [${rule}]`))).toContain(
      'remove-condition | ingress rule 1 without what is not modelled of it (it has rules of layer 7)',
    );
  });
});

// https://github.com/cilium/cilium/issues/46949
it('a selector that is widened is met by what its kind is met by, and no more', () => {
  const not =
    'fromEndpoints: [{matchLabels: {app: web}, matchExpressions: [{key: io.kubernetes.pod.namespace, operator: NotIn, values: [ops]}]}]';
  const found = mutantsIn(cilium('db', `${DB}, ingress: [{${not}}]`));
  const peersOf = (kind: string) => {
    const edit = found.find((one) => one.kind === kind)?.edit;
    return edit?.list === 'adminPolicies' ? edit.by[1]?.ingress[0]?.peers.map((peer) => peer.kind) : undefined;
  };
  expect(peersOf('widen-pods')).toEqual(['pods', 'unlabelled']);
  expect(peersOf('widen-namespaces')).toEqual(['pods']);
});

// https://docs.cilium.io/en/stable/security/policy/kubernetes/#namespaces
it('a selector of the labels of namespaces is one mistake, though it is two peers by the version', () => {
  const selector = 'matchLabels: {app: web, k8s:io.cilium.k8s.namespace.labels.env: prod}';
  const found = mutantsIn(cilium('db', `${DB}, ingress: [{fromEndpoints: [{${selector}}, {}]}]`));
  const peersOf = (kind: string) => {
    const edit = found.find((one) => one.kind === kind)?.edit;
    if (edit?.list !== 'adminPolicies') return undefined;
    return edit.by[1]?.ingress[0]?.peers.map((peer) => 'since' in peer);
  };
  expect(peersOf('remove-peer')).toEqual([false]);
  expect(peersOf('widen-pods')).toEqual([false, true, false]);
  expect(peersOf('widen-namespaces')).toEqual([false, false]);
});
