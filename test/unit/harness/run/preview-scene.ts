import { resolveOn, restraintOf, serviceTrials } from '../../../../src/harness/run/live.ts';
import { previewOf, type ProbePreview } from '../../../../src/harness/run/preview.ts';
import { resolveExternal, type ExternalChoice } from '../../../../src/input/external.ts';
import { parseRequirements } from '../../../../src/requirements/index.ts';
import { inventoryOf } from '../inventory/from-yaml.ts';

export const REQUIREMENTS = `
requirements: shop
cases:
  - {id: MAY, from: shop/web, mayReach: shop/api, on: [80]}
  - {id: NOT, from: [shop/web, outsider], mayNotReach: data/db, on: [5432]}
  - {id: UNSAFE, from: shop/web, mayNotReach: data/peer, on: [7000]}
  - {id: PUBLIC, from: shop/web, mayReach: {cidr: 203.0.113.7/32}, on: [443]}
  - {id: PRIVATE, from: shop/web, mayNotReach: {cidr: 10.9.9.9/32}, on: [22]}
  - {id: HOST, from: shop/api, mayNotReach: {host: api.example.com}, on: [443]}
  - {id: SERVICE, from: shop/web, mayReach: {service: shop/api}, on: [8080]}
  - {id: SCTP, from: shop/web, mayNotReach: shop/api, on: [80/sctp]}
  - {id: NOBODY, from: shop/web, mayNotReach: shop/apii, on: [80]}
`;

const workload = (id: string, port: number): string => {
  const [namespace, name] = id.split('/');
  return `{apiVersion: apps/v1, kind: Deployment, metadata: {name: ${name}, namespace: ${namespace}}, spec: {selector: {matchLabels: {app: ${name}}}, template: {metadata: {labels: {app: ${name}}}, spec: {containers: [{name: a, image: a, ports: [{containerPort: ${port}}]}]}}}}`;
};
const service = (name: string, spec: string): string =>
  `{apiVersion: v1, kind: Service, metadata: {name: ${name.split('/')[1]}, namespace: ${name.split('/')[0]}}, spec: ${spec}}`;

export const OBJECTS = [
  workload('shop/web', 80),
  workload('shop/api', 80),
  workload('data/db', 5432),
  workload('data/peer', 7000),
  service('shop/api', '{clusterIP: 10.43.0.9, selector: {app: api}, ports: [{port: 8080, targetPort: 80}]}'),
  service('data/peer', '{selector: {app: peer}, ports: [{port: 7000}], publishNotReadyAddresses: true}'),
];

interface Told {
  readonly allowExternal?: ExternalChoice;
  readonly only?: readonly string[];
  readonly toReal?: boolean;
  readonly nodeCount?: number;
  readonly maxRate?: number;
  readonly canaryFirst?: boolean;
}

/** What a probing run of these requirements would do on these objects. */
export function preview({
  allowExternal = false,
  only,
  toReal = false,
  nodeCount = 1,
  maxRate,
  canaryFirst = true,
}: Told = {}): ProbePreview {
  const inventory = inventoryOf(OBJECTS.join('\n---\n'));
  const resolved = resolveOn(inventory, { sets: parseRequirements(REQUIREMENTS, 'a.reach.yaml') });
  return previewOf(
    {
      inventory,
      resolved,
      services: serviceTrials(inventory, { toReal }),
      nodeCount,
      canaryFirst,
      restraint: restraintOf({ maxErrors: 10, ...(maxRate === undefined ? {} : { maxRate }) }),
    },
    { allowExternal: resolveExternal(allowExternal), ...(only === undefined ? {} : { only }) },
  );
}
