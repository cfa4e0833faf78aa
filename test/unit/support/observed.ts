import type { EvidenceCanary, Outcome } from '../../../src/harness/evidence/schema.ts';
import type { Expectation } from '../../../src/requirements/model.ts';
import type { Cell } from '../../../src/harness/plan/cell.ts';
import type { ControlProbe, Plan } from '../../../src/harness/plan/plan.ts';
import type { TrialProbe } from '../../../src/harness/plan/trials.ts';
import type { Observation, Probe, ProbePod, SourceHealth } from '../../../src/harness/probe/model.ts';
import { judgeObserved } from '../../../src/harness/verdict/observed.ts';
import type { ObservedRun } from '../../../src/harness/verdict/observed-run.ts';
import { documents, planFiles, workload } from './predicted.ts';

export const DENY =
  '{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: deny, namespace: shop}, spec: {podSelector: {matchLabels: {app: db}}}}';

/** Lets in by labels of a namespace that nobody defined. */
export const BY_LABELS =
  '{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: deny, namespace: shop}, spec: {podSelector: {matchLabels: {app: db}}, ingress: [{from: [{namespaceSelector: {matchLabels: {env: prod}}}]}]}}';
export const POLICIES = { allowed: [], denied: [DENY], unknown: [BY_LABELS] };

/** One TCP cell between two workloads, predicted as the policies in force say. */
export function cellThat(predicted: 'allowed' | 'denied' | 'unknown'): Cell {
  const manifests = documents(workload('shop/web'), workload('shop/db'), ...POLICIES[predicted]);
  const { planned } = planFiles(
    'requirements: t\ncases: [{id: A, from: shop/web, mayReach: shop/db, on: [1]}]',
    manifests,
  );
  const cell = planned[0]?.cells[0];
  if (cell?.prediction.predicted !== predicted) throw new Error('the test does not build what it says');
  return cell;
}

export const pod = (id: string): ProbePod => {
  return {
    id,
    namespace: 'shop',
    name: id,
    uid: `uid of ${id}`,
    node: 'n1',
    addresses: ['10.0.0.1'],
    listening: { TCP: [1], UDP: [] },
  };
};
export const WEB = 'shop/web[Deployment]';
export const DB = 'shop/db[Deployment]';
export const LISTENER = 'the listener';

export interface Seen {
  readonly outcome?: Outcome;
  readonly attempts?: readonly Outcome[];
  readonly doubt?: string;
  /** What the controls got; absent: there are none. */
  readonly controls?: Partial<Record<ControlProbe['kind'], Outcome>>;
  readonly health?: Partial<SourceHealth>;
  readonly canaries?: readonly Pick<EvidenceCanary, 'node' | 'enforced'>[];
  readonly doubts?: Readonly<Record<string, string>>;
  readonly external?: boolean;
  readonly undefinedNamespaces?: readonly string[];
}

export function runThatSaw(seen: Seen): { readonly tried: TrialProbe; readonly run: ObservedRun } {
  const responders = seen.external === true ? {} : { responders: [`uid of ${DB}`] };
  const probe: Probe = {
    key: 'cell',
    from: WEB,
    protocol: 'TCP',
    port: 1,
    target: { address: '10.0.0.1' },
    ...responders,
  };
  const observations = new Map<string, Observation>();
  const see = (key: string, outcome: Outcome, attempts: readonly Outcome[] = [outcome, outcome]): void => {
    const told = attempts.map((each) => ({ at: '2027-01-01T00:00:00Z', durationMs: 1, outcome: each }));
    const doubt = key === 'cell' && seen.doubt !== undefined ? { doubt: seen.doubt } : {};
    observations.set(key, { key, outcome, attempts: told, ...doubt });
  };
  if (seen.outcome !== undefined) see('cell', seen.outcome, seen.attempts);
  const controls = Object.entries(seen.controls ?? {}).map(([kind, outcome]): ControlProbe => {
    see(kind, outcome);
    return {
      kind: kind as ControlProbe['kind'],
      probe: { ...probe, key: kind, from: kind === 'itself' ? DB : 'shop/peer' },
      allowed: kind === 'allowed-peer',
    };
  });
  const health = (name: string): SourceHealth => {
    return { pod: name, healthy: true, reachedSomething: true, opensEverything: false, lagMs: 1, ...seen.health };
  };
  const plan: Plan = {
    cells: [],
    trials: new Map(),
    controls: new Map([[LISTENER, [{ kind: 'allowed-peer', probe }, ...controls]]]),
    probes: [probe],
  };
  const canaries = (seen.canaries ?? [{ node: 'n1', enforced: true }]).map((one) => ({
    ...one,
    text: 'canary',
    phases: [],
  }));
  return {
    tried: {
      probe,
      listener: LISTENER,
      family: 'IPv4',
      address: '10.0.0.1',
      ...(seen.external === true ? {} : { target: DB }),
    },
    run: {
      plan,
      batch: {
        observations,
        health: new Map([WEB, DB, 'shop/peer'].map((name) => [name, health(name)])),
        startedAt: '',
        endedAt: '',
        durationMs: 0,
        attempts: 0,
      },
      canaries,
      pods: new Map([WEB, DB].map((id) => [id, pod(id)])),
      doubts: new Map(Object.entries(seen.doubts ?? {})),
      undefinedNamespaces: new Set(seen.undefinedNamespaces),
    },
  };
}

export function judge(expect_: Expectation, predicted: 'allowed' | 'denied' | 'unknown', seen: Seen): string {
  const { tried, run } = runThatSaw(seen);
  const { verdict, attributedTo, text } = judgeObserved(cellThat(predicted), expect_, tried, run);
  return `${verdict}, ${attributedTo}: ${text}`;
}

export const CONTROLLED = { controls: { 'allowed-peer': 'open' } } as const;
