import { readFileSync } from 'node:fs';
import { loadAll } from 'js-yaml';
import { expect, it } from 'vitest';
import {
  BUILT_IN,
  ENDPOINT_SLICES,
  NODES,
  type Collection,
} from '../../../../src/harness/clusters/kubeconfig/collections.ts';
import type { AccessQuestion } from '../../../../src/harness/clusters/api/model.ts';
import {
  checkProbeRights,
  named,
  optionalRightsFor,
  rightsFor,
  unfollowed,
} from '../../../../src/harness/run/rights.ts';
import { runNamespaces } from '../../../../src/harness/run/run-pods.ts';
import { createFakeKube } from '../clusters/standins/fake-kube.ts';

interface Role {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly rules: readonly { apiGroups: string[]; resources: string[]; verbs: string[] }[];
}

/** `create pods`, as the roles of docs/production.md grant it. */
function granted(...roles: readonly string[]): readonly string[] {
  const page = readFileSync(new URL('../../../../docs/production.md', import.meta.url), 'utf8');
  const blocks = [...page.matchAll(/```yaml\n(?<text>[\s\S]*?)```/gu)].map(({ groups }) => groups?.['text'] ?? '');
  const found = blocks
    .flatMap((text) => loadAll(text) as Role[])
    .filter(({ kind, metadata }) => kind === 'ClusterRole' && roles.includes(metadata.name));
  expect(found).toHaveLength(roles.length);
  return found.flatMap(({ rules }) =>
    rules.flatMap(({ apiGroups: [group = ''], resources, verbs }) =>
      resources.flatMap((resource) =>
        verbs.map((verb) => `${verb} ${group === '' || resource.includes('/') ? resource : `${resource}.${group}`}`),
      ),
    ),
  );
}

const own = runNamespaces('abc');
const asked = rightsFor(['shop'], own).map(named);
const optional = optionalRightsFor(['shop'], own).map(named);
const texts = (rights: readonly { readonly verb: string; readonly resource: string }[]): readonly string[] =>
  [...new Set(rights.map(({ verb, resource }) => `${verb} ${resource}`))].toSorted();

it('mayreach-probe grants what is asked for where stand-ins go, and nothing else', () => {
  const inTheirs = [...asked, ...optional].filter(({ namespace }) => namespace === 'shop');
  // The admission policy asks by this one where the role is bound; no call uses it.
  const mark = 'place stand-ins.mayreach.dev';
  expect(granted('mayreach-probe').toSorted()).toEqual([...texts(inTheirs), mark].toSorted());
});

it('mayreach-run grants what is asked for in the cluster and in the namespaces of the run, and nothing else', () => {
  const read = granted('mayreach-read');
  const ofTheRun = [...asked, ...optional].filter(({ namespace }) => namespace !== 'shop');
  // Policies are listed in the outsider's namespace, pods watched in all: that is reading.
  const beyond = texts(ofTheRun).filter((right) => !read.includes(right) || right.endsWith(' pods'));
  const run = granted('mayreach-run').toSorted();
  expect(run.filter((right) => right !== 'get namespaces')).toEqual(beyond);
});

it('mayreach-read grants what reading and following ask for, and nothing else', () => {
  const lists = [...BUILT_IN, NODES, ENDPOINT_SLICES].map(({ group, plural }) => {
    const [, , name, version] = group.split('/');
    return `list ${plural}${version === undefined ? '' : `.${name}`}`;
  });
  const following = texts(optional.filter(({ verb, namespace }) => verb === 'watch' && namespace === undefined));
  expect(granted('mayreach-read').toSorted()).toEqual([...lists, ...following, 'get namespaces'].toSorted());
});

it('asks for every right beforehand, stops at one that is needed, and keeps what it does without', async () => {
  const answer = (denied: string) => ({
    ...createFakeKube(),
    can: ({ verb, resource, subresource }: AccessQuestion) =>
      Promise.resolve({
        allowed: `${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}` !== denied,
      }),
    whoami: () => Promise.resolve('auditor'),
  });
  const rights = await checkProbeRights(answer('get pods/log'), ['shop'], own);
  expect(rights).toContainEqual({
    verb: 'get',
    resource: 'pods/log',
    namespace: 'shop',
    allowed: false,
    optional: true,
  });
  expect(rights.filter(({ allowed }) => !allowed)).toHaveLength(3);
  await expect(checkProbeRights(answer('delete configmaps'), ['shop'], own)).rejects.toMatchObject({
    code: 'RIGHT_MISSING',
    message: expect.stringMatching(
      /^auditor lacks the right to delete configmaps in namespace .*; to .* in namespace shop$/u,
    ) as string,
  });
});

it('policies are made in the canary alone, and nothing is ever changed', () => {
  const creating = asked.filter(({ verb, resource }) => verb === 'create' && resource.startsWith('networkpolicies'));
  expect(creating.map(({ namespace }) => namespace)).toEqual([own.canary]);
  expect(asked.filter(({ verb }) => ['patch', 'update', '*'].includes(verb))).toEqual([]);
});

it('attaching asks for both verbs, in the namespaces of the run too', () => {
  const attaching = asked.filter(({ resource }) => resource === 'pods/attach');
  expect(attaching.map(({ verb, namespace }) => `${verb} ${namespace}`)).toEqual(
    [own.canary, own.outsider, 'shop'].flatMap((namespace) => [`get ${namespace}`, `create ${namespace}`]),
  );
});

const cilium: Collection = {
  group: '/apis/cilium.io/v2',
  plural: 'ciliumnetworkpolicies',
  kind: 'CiliumNetworkPolicy',
  namespaced: true,
  needed: true,
};

it('asks whether policies of plugins may be followed, and tells beforehand what is not seen without it', async () => {
  const kube = {
    ...createFakeKube(),
    can: ({ verb, resource }: AccessQuestion) =>
      Promise.resolve({ allowed: !(verb === 'watch' && resource.startsWith('cilium')) }),
  };
  const rights = await checkProbeRights(kube, ['shop'], own, [cilium]);
  expect(rights.filter(({ allowed }) => !allowed)).toEqual([
    { verb: 'watch', resource: 'ciliumnetworkpolicies.cilium.io', allowed: false, optional: true },
  ]);
  expect(unfollowed(rights)).toContain('without the right to watch ciliumnetworkpolicies.cilium.io in all namespaces');
  expect(unfollowed(await checkProbeRights(kube, ['shop'], own))).toBeUndefined();
});
