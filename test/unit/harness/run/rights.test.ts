import { readFileSync } from 'node:fs';
import { loadAll } from 'js-yaml';
import { expect, it } from 'vitest';
import { named, rightsFor } from '../../../../src/harness/run/rights.ts';
import { runNamespaces } from '../../../../src/harness/run/run-pods.ts';

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

it('the roles of docs/production.md grant all that is asked for', () => {
  const cluster = granted('mayreach-read', 'mayreach-probe', 'mayreach-run');
  const missing = asked.map(({ verb, resource }) => `${verb} ${resource}`).filter((right) => !cluster.includes(right));
  expect(missing).toEqual([]);
  const inTheirs = asked.filter(({ namespace }) => namespace === 'shop');
  const probing = granted('mayreach-probe');
  expect(inTheirs.map(({ verb, resource }) => `${verb} ${resource}`).filter((one) => !probing.includes(one))).toEqual(
    [],
  );
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
