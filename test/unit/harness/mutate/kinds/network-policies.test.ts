import { describe, expect, it } from 'vitest';
import { networkPolicyMutants } from '../../../../../src/harness/mutate/kinds/network-policies.ts';
import type { Mutant } from '../../../../../src/harness/mutate/model.ts';
import { inventoryOf } from '../../../support/predicted.ts';
import { policy } from '../../undocumented/support.ts';

const byOf = (mutant: Mutant | undefined) => (mutant?.edit.list === 'policies' ? mutant.edit.by : undefined);
const mutants = (spec: string) => inventoryOf(policy('p', spec)).policies.flatMap(networkPolicyMutants);
const lines = (spec: string) => mutants(spec).map(({ kind, description }) => `${kind} | ${description}`);

describe('every mistake that a policy can have', () => {
  it('of a default deny: it is gone, or lacks a direction', () => {
    expect(lines('{podSelector: {}, policyTypes: [Ingress, Egress]}')).toEqual([
      'remove-policy | policy removed',
      'remove-direction | policyTypes without Ingress',
      'remove-direction | policyTypes without Egress',
    ]);
  });

  it('of rules, peers and ports: taken away or widened, one at a time', () => {
    const rule = `{from: [{podSelector: {matchLabels: {app: web}}}, {namespaceSelector: {matchLabels: {team: a}}}],
      ports: [{port: 80}, {protocol: UDP, port: 53, endPort: 54}]}`;
    expect(lines(`{podSelector: {matchLabels: {app: db}}, ingress: [${rule}]}`)).toEqual([
      'remove-policy | policy removed',
      'widen-selector | podSelector app=db widened to {}',
      'remove-rule | ingress rule 1 removed',
      'widen-peers | ingress rule 1 widened to every source',
      'remove-peer | ingress rule 1: pods app=web removed',
      'widen-pods | ingress rule 1: pods app=web widened to every pod',
      'widen-namespaces | ingress rule 1: pods app=web widened to every namespace',
      'remove-peer | ingress rule 1: pods * of namespaces team=a removed',
      'widen-namespaces | ingress rule 1: pods * of namespaces team=a widened to every namespace',
      'widen-ports | ingress rule 1 widened to every protocol and port',
      'remove-port | ingress rule 1: TCP 80 removed',
      'widen-port | ingress rule 1: TCP 80 widened to every TCP port',
      'remove-port | ingress rule 1: UDP 53-54 removed',
      'widen-port | ingress rule 1: UDP 53-54 widened to every UDP port',
    ]);
  });

  it('of blocks: each exception gone, the block widened to its whole family', () => {
    const to = (block: string) => `{podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: ${block}}]}]}`;
    expect(lines(to('{cidr: 10.0.0.0/8, except: [10.1.0.0/16, 10.2.0.0/16]}')).slice(3)).toEqual([
      'remove-exception | egress rule 1: 10.0.0.0/8 without its exception 10.1.0.0/16',
      'remove-exception | egress rule 1: 10.0.0.0/8 without its exception 10.2.0.0/16',
      'widen-block | egress rule 1: 10.0.0.0/8 widened to 0.0.0.0/0',
    ]);
    expect(lines(to('{cidr: "fd00::/8"}')).slice(3)).toEqual(['widen-block | egress rule 1: fd00::/8 widened to ::/0']);
    expect(lines(to('{cidr: 0.0.0.0/0}')).slice(3)).toEqual([]);
  });

  it('points at what was changed, and changes nothing else', () => {
    const text = policy(
      'p',
      '{podSelector: {}, ingress: [\n  {from: [{podSelector: {}}],\n   ports: [\n  {port: 80}, {port: 81}]}, {}]}',
    );
    const [whole] = inventoryOf(text).policies;
    const found = whole === undefined ? [] : networkPolicyMutants(whole);
    const port = found.find(({ kind }) => kind === 'remove-port');
    expect(port?.position).toMatchObject({ line: 7, column: 3 });
    expect(byOf(port)).toEqual({
      ...whole,
      ingress: [{ ...whole?.ingress[0], ports: whole?.ingress[0]?.ports?.slice(1) }, whole?.ingress[1]],
    });
    expect(byOf(found.find(({ kind }) => kind === 'widen-peers'))?.ingress[0]).not.toHaveProperty('peers');
    expect(found.filter(({ kind }) => kind === 'remove-rule').map((one) => byOf(one)?.ingress.length)).toEqual([1, 1]);
  });

  it('leaves rules alone that do nothing, for lack of their direction', () => {
    expect(lines('{podSelector: {}, policyTypes: [Egress], ingress: [{}]}')).toEqual([
      'remove-policy | policy removed',
    ]);
  });
});
