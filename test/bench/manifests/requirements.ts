import type { Place } from '../topology/objects.ts';

interface GeneratedCase {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** A requirement file: one set for one team's namespace. */
export interface GeneratedSet {
  readonly requirements: string;
  readonly [field: string]: unknown;
}

/**
 * What one namespace asks, most of it met by its policies: workloads, selectors, services, ranges, named ports, an
 * outsider, everyone; about thirty cases to a namespace, cut off or repeated with other ports until there are `count`.
 */
export function requirementsOf(place: Place, count: number, { otherwise }: { otherwise: boolean }): GeneratedSet {
  const { name } = place;
  const pool = casesOf(place);
  const cases = Array.from({ length: count }, (_, index): GeneratedCase => {
    const template = pool[index % pool.length] ?? {};
    return { id: `${name.toUpperCase()}-${index + 1}`, ...template, because: `rule ${index + 1} of ${name}` };
  });
  return {
    requirements: name,
    owner: place.team,
    endpoints: {
      gateway: `${name}/gateway`,
      web: `${name}/web`,
      backend: { namespace: name, pods: { tier: 'backend' } },
      data: { namespace: name, pods: { matchExpressions: [{ key: 'app', operator: 'In', values: ['db', 'cache'] }] } },
      db: `${name}/db`,
      cache: `${name}/cache`,
      api: { service: `${name}/api` },
      all: { namespace: name },
      scraper: `${name}/prometheus`,
      partner: { cidr: place.partner.replace('.0/24', '.0/25') },
      stranger: 'outsider',
    },
    ...(otherwise ? { otherwise: 'mayNotReach' } : {}),
    cases,
  };
}

function casesOf({ name, partner, team }: Place): readonly Readonly<Record<string, unknown>>[] {
  const neighbour = team === 'team-0' ? 'team-1' : 'team-0';
  const workload = (app: string): string => `${name}/${app}`;
  const inside = ['api', 'orders', 'payments'].flatMap((app) => [
    { from: 'web', mayReach: workload(app), on: ['http'] },
    { from: workload(app), mayReach: 'db', on: ['5432/tcp'] },
    { from: workload(app), mayReach: 'cache', on: [6379] },
    { from: workload(app), mayReach: workload('statsd'), on: ['statsd/udp'] },
    { from: 'scraper', mayReach: workload(app), on: ['metrics'] },
    { from: 'stranger', mayNotReach: workload(app) },
    { from: workload(app), mayReach: 'partner', on: [443] },
  ]);
  return [
    { from: { cidr: '203.0.113.0/24' }, mayReach: 'gateway', on: ['https'] },
    { from: 'gateway', mayReach: 'web', on: ['http'] },
    { from: 'web', mayReach: 'api', on: ['http'] },
    ...inside,
    { from: 'web', mayNotReach: ['db', 'cache'], on: ['any'] },
    { from: 'gateway', mayNotReach: 'data' },
    { from: 'stranger', mayNotReach: 'all' },
    { from: 'db', mayNotReach: 'anyone', controls: ['PCI-DSS-4.0.1/1.3.2'] },
    { from: 'data', mayNotReach: { cidr: '0.0.0.0/0' } },
    { from: 'backend', mayNotReach: { cidr: partner.replace('.0/24', '.128/25') } },
    { from: 'scraper', mayNotReach: 'cache' },
    { from: 'backend', mayReach: 'db', on: [5432] },
    { from: { namespaces: { team: neighbour } }, mayNotReach: workload('prometheus'), on: ['9090/tcp'] },
    { from: 'web', mayNotReach: 'backend', on: ['20000-21000/tcp'] },
  ];
}
