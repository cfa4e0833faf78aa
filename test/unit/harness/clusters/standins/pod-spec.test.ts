import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KubeManifest } from '../../../../../src/harness/clusters/api/model.ts';
import { standInName } from '../../../../../src/harness/clusters/standins/naming.ts';
import { NEVER_READY, standInPod } from '../../../../../src/harness/clusters/standins/pod-spec.ts';
import { demand, run } from './facts.ts';

interface Container {
  readonly command: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly ports: readonly unknown[];
  readonly securityContext: unknown;
}
const specOf = (pod: KubeManifest): Readonly<Record<string, unknown>> & { containers: Container[] } =>
  pod['spec'] as Readonly<Record<string, unknown>> & { containers: Container[] };
const containerOf = (pod: KubeManifest): Container => {
  const [container] = specOf(pod).containers;
  if (container === undefined) throw new Error('no container');
  return container;
};

describe('a stand-in on a cluster of our own', () => {
  const pod = standInPod(demand, run);
  const spec = specOf(pod);
  const container = containerOf(pod);

  it("carries the workload's labels and nothing else: they decide which policies meet it", () => {
    expect(pod.metadata.labels).toEqual(demand.labels);
    expect(pod.metadata.annotations).toMatchObject({
      'mayreach.dev/run': 'r4nd0m',
      'mayreach.dev/stands-for': 'shop/web[Deployment]',
      'sidecar.istio.io/inject': 'false',
      'linkerd.io/inject': 'disabled',
    });
  });

  it('holds to Pod Security `restricted`', () => {
    expect(spec['securityContext']).toEqual({
      runAsNonRoot: true,
      runAsUser: 1000,
      runAsGroup: 1000,
      seccompProfile: { type: 'RuntimeDefault' },
      sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }],
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  it("has the workload's service account without its token, and ends by itself", () => {
    expect(spec).toMatchObject({
      serviceAccountName: 'web',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      restartPolicy: 'Never',
      activeDeadlineSeconds: 600,
      terminationGracePeriodSeconds: 1,
    });
    expect(spec).not.toHaveProperty('preemptionPolicy'); // the API refuses it unless its class says the same
  });

  it('runs the agent that an auditor can read, told who it is and where to listen', () => {
    expect(container.command).toEqual(['node', '--input-type=module', '-e', 'the agent']);
    const env = Object.fromEntries(container.env.map(({ name, value }) => [name, value]));
    expect(env).toEqual({
      MAYREACH_NONCE: 'nonce',
      MAYREACH_POD: `shop/${pod.metadata.name}`,
      MAYREACH_POD_UID: undefined,
      MAYREACH_LISTEN: '{"TCP":[80,8080],"UDP":[53]}',
    });
    expect(container).toMatchObject({ name: 'probe', stdin: true, stdinOnce: false, imagePullPolicy: 'IfNotPresent' });
  });

  it('declares the ports that the workload declares, by their names', () => {
    expect(container.ports).toEqual([
      { name: 'http', protocol: 'TCP', containerPort: 80 },
      { protocol: 'UDP', containerPort: 53 },
    ]);
  });

  it('gives a name that two containers share to the first: one container may not have it twice', () => {
    const ports = [
      { name: 'metrics', protocol: 'TCP', port: 9090 },
      { name: 'metrics', protocol: 'TCP', port: 9091 },
      { protocol: 'TCP', port: 9090 },
    ] as const;
    expect(containerOf(standInPod({ ...demand, ports }, run)).ports).toEqual([
      { name: 'metrics', protocol: 'TCP', containerPort: 9090 },
      { protocol: 'TCP', containerPort: 9091 },
    ]);
  });

  it('is ready and has no owner', () => {
    expect(spec).not.toHaveProperty('readinessGates');
    expect(pod.metadata).not.toHaveProperty('ownerReferences');
  });
});

describe('a stand-in on a live cluster', () => {
  const pod = standInPod(
    { ...demand, node: 'node-7' },
    { ...run, mode: 'live', priorityClass: 'last' },
    { name: 'mine', uid: 'u1' },
  );
  const spec = specOf(pod);

  it('is never ready, so that no service sends users to it', () => {
    expect(spec['readinessGates']).toEqual([{ conditionType: NEVER_READY }]);
  });

  it('belongs to the run and to no ReplicaSet', () => {
    expect(pod.metadata['ownerReferences']).toEqual([
      { apiVersion: 'v1', kind: 'ConfigMap', name: 'mine', uid: 'u1', controller: true, blockOwnerDeletion: false },
    ]);
    expect(pod.metadata.labels).toEqual({ app: 'web' });
  });

  it('goes to its node by affinity, and makes room for everybody', () => {
    expect(spec['priorityClassName']).toBe('last');
    expect(spec).not.toHaveProperty('nodeName');
    expect(JSON.stringify(spec['affinity'])).toContain('{"key":"metadata.name","operator":"In","values":["node-7"]}');
  });
});

describe('the name', () => {
  it('can be read', () => {
    expect(standInName('r4nd0m', 'shop/web[Deployment]')).toMatch(/^mayreach-r4nd0m-web-deployment-[0-9a-f]{8}-p$/);
  });

  it('is a DNS label that differs before its last hyphen', () => {
    const parties = fc.uniqueArray(fc.string({ maxLength: 90 }), { minLength: 2, maxLength: 2 });
    fc.assert(
      fc.property(parties, fc.nat(), ([a = '', b = ''], seed) => {
        const runId = seed.toString(36);
        const [one, other] = [standInName(runId, a), standInName(runId, b)];
        for (const name of [one, other]) expect(name).toMatch(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
        expect(one.slice(0, one.lastIndexOf('-'))).not.toBe(other.slice(0, other.lastIndexOf('-')));
      }),
    );
  });
});
