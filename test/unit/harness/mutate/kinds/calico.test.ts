import { describe, expect, it } from 'vitest';
import { calico, calicoGlobal, lines, mutantsIn } from './support.ts';

describe('every mistake in a policy of Calico', () => {
  it('both ends of a rule, its ports and what is left out of them', () => {
    const rule = `{action: Allow, protocol: TCP,
      source: {selector: app == 'web', namespaceSelector: env == 'prod', nets: [10.0.0.0/8, 10.1.0.0/16], notNets: [10.2.0.0/16], notSelector: has(legacy)},
      destination: {selector: tier == 'front', ports: [80, '90:99'], notPorts: [95]}}`;
    const spec = `selector: app == 'db', types: [Ingress, Egress], ingress: [${rule}]`;
    const source = "source app == 'web' of namespaces env == 'prod'";
    expect(lines(calico('db', spec))).toEqual([
      'remove-policy | policy removed',
      'remove-direction | types without Ingress',
      'remove-direction | types without Egress',
      "widen-selector | selector app == 'db' widened to all()",
      'remove-rule | ingress rule 1 removed',
      'widen-peers | ingress rule 1 widened to every source',
      `widen-pods | ingress rule 1: ${source} widened to every pod`,
      `widen-namespaces | ingress rule 1: ${source} widened to every namespace`,
      'remove-block | ingress rule 1: source 10.0.0.0/8 removed',
      'widen-block | ingress rule 1: source 10.0.0.0/8 widened to 0.0.0.0/0',
      'remove-block | ingress rule 1: source 10.1.0.0/16 removed',
      'widen-block | ingress rule 1: source 10.1.0.0/16 widened to 0.0.0.0/0',
      'remove-exception | ingress rule 1: source without its exception has(legacy)',
      'remove-exception | ingress rule 1: source without its exception 10.2.0.0/16',
      'widen-peers | ingress rule 1 widened to every destination',
      "widen-pods | ingress rule 1: destination tier == 'front' widened to every pod",
      "widen-namespaces | ingress rule 1: destination tier == 'front' widened to every namespace",
      'widen-ports | ingress rule 1 widened to every protocol and port',
      'remove-port | ingress rule 1: TCP 80 removed',
      'widen-port | ingress rule 1: TCP 80 widened to every TCP port',
      'remove-port | ingress rule 1: TCP 90-99 removed',
      'widen-port | ingress rule 1: TCP 90-99 widened to every TCP port',
      'remove-exception | ingress rule 1: ports without their exceptions',
      'change-action | ingress rule 1: Allow changed to Deny',
      'change-action | ingress rule 1: Allow changed to Pass',
    ]);
  });

  it('of the whole cluster: all() is every endpoint, and global() is no namespace', () => {
    const spec = `namespaceSelector: env == 'prod', types: [Egress], egress: [
      {action: Pass, destination: {selector: app == 'dns'}}, {action: Log}, {action: Deny, destination: {namespaceSelector: global()}}]`;
    expect(lines(calicoGlobal('wide', spec))).toEqual([
      'remove-policy | policy removed',
      "widen-selector | selector all() of namespaces env == 'prod' widened to all()",
      'remove-rule | egress rule 1 removed',
      'widen-peers | egress rule 1 widened to every destination',
      "widen-pods | egress rule 1: destination app == 'dns' widened to every pod",
      'change-action | egress rule 1: Pass changed to Allow',
      'change-action | egress rule 1: Pass changed to Deny',
      'remove-rule | egress rule 3 removed',
      'widen-peers | egress rule 3 widened to every destination',
      'change-action | egress rule 3: Deny changed to Allow',
      'change-action | egress rule 3: Deny changed to Pass',
      'swap-rules | egress rule 1: swapped with rule 3',
    ]);
    const subject = { subject: { endpoints: { is: 'all' } } };
    expect(mutantsIn(calicoGlobal('wide', spec))[1]).toMatchObject({ edit: { by: [subject] } });
  });

  it('leaves rules alone that do nothing, for lack of their direction, and everyone who is everyone already', () => {
    const spec = 'types: [Ingress], ingress: [{action: Allow}], egress: [{action: Deny}]';
    expect(lines(calico('open', spec))).toEqual([
      'remove-policy | policy removed',
      'remove-rule | ingress rule 1 removed',
      'change-action | ingress rule 1: Allow changed to Deny',
      'change-action | ingress rule 1: Allow changed to Pass',
    ]);
  });

  it('what is not modelled of a rule', () => {
    const rule = '{action: Allow, protocol: TCP, source: {ports: [1234]}}';
    expect(lines(calico('odd', `types: [Ingress], ingress: [${rule}]`))).toContain(
      'remove-condition | ingress rule 1 without what is not modelled of it (it has ports of the source, which a client chooses)',
    );
  });
});
