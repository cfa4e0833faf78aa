import type { Direction } from '../../requirements/model.ts';
import { selects } from '../../requirements/selector.ts';
import type { EvidenceCoverage, EvidenceFinding } from '../evidence/schema.ts';
import type { Inventory, Namespace, UnmodelledPolicy, Workload } from '../inventory/model.ts';
import type { Predictor } from '../predict/model.ts';
import type { Demands } from './demands.ts';
import type { ExceptionRecord, Exceptions } from './exceptions.ts';

export const DIRECTIONS: readonly Direction[] = ['ingress', 'egress'];

/** One direction of one workload. */
export interface Row {
  readonly workload: Workload;
  readonly coverage: EvidenceCoverage;
}

/** What coverage is judged by. */
export interface Assessment {
  readonly inventory: Inventory;
  readonly predictor: Pick<Predictor, 'isolatedBy' | 'selectedBy'>;
  readonly demands: Demands;
  readonly exceptions: Exceptions;
}

/** Each workload in each direction: isolated by which policies, or excepted. On the host network no policy holds. */
export function coverageRows({ inventory, predictor, exceptions }: Assessment): Row[] {
  return inventory.workloads.flatMap((workload) =>
    DIRECTIONS.map((direction) => {
      const { id: object, namespace, name, hostNetwork, position } = workload;
      const isolatedBy = hostNetwork ? [] : [...predictor.isolatedBy(workload, direction)];
      const exception =
        isolatedBy.length > 0 ? undefined : exceptions.coverOf({ namespace, workload: name, direction });
      const coverage = { object, namespace, direction, isolatedBy, hostNetwork, position };
      return { workload, coverage: exception === undefined ? coverage : { ...coverage, exception } };
    }),
  );
}

/** Workloads that no policy isolates. Those on the host network are listed, and count where a namespace is critical. */
export function uncoveredPods(rows: readonly Row[], { inventory, demands }: Assessment): EvidenceFinding[] {
  const namespaces = new Map(inventory.namespaces.map((namespace) => [namespace.name, namespace]));
  return rows.flatMap(({ workload, coverage }) => {
    const { direction, exception, hostNetwork, isolatedBy } = coverage;
    if (isolatedBy.length > 0 || hostNetwork) return [];
    const critical = demands.critical(namespaces.get(workload.namespace))?.position;
    const doubt = doubtOf(inventory.unmodelled, workload.namespace);
    return demanded(
      {
        rule: 'uncovered-pod',
        severity: 'warning',
        message: `no policy isolates ${workload.id} for ${direction}${doubt}`,
        object: workload.id,
        direction,
        position: workload.position,
      },
      critical ?? demands.defaultDeny(direction),
      exception,
    );
  });
}

/**
 * Namespaces in which a pod could be that no policy isolates: `default-deny-missing` where the files ask for a default
 * deny, else `namespace-without-default-deny`. It is there if every pod is isolated, and one without labels would be.
 */
export function missingDefaultDeny(rows: readonly Row[], assessment: Assessment): EvidenceFinding[] {
  const { inventory, demands, exceptions } = assessment;
  const open = new Set(rows.filter(({ coverage }) => isOpen(coverage)).map(({ coverage }) => keyOf(coverage)));
  return inventory.namespaces.flatMap((namespace) =>
    DIRECTIONS.flatMap((direction) => {
      const { name } = namespace;
      if (isolatesUnlabelled(inventory, namespace, direction) && !open.has(keyOf({ namespace: name, direction }))) {
        return [];
      }
      const required = demands.defaultDeny(direction);
      const exception = required === undefined ? undefined : exceptions.coverOf({ namespace: name, direction });
      const doubt = doubtOf(inventory.unmodelled, name);
      const { position } = namespace;
      return demanded(
        {
          rule: required === undefined ? 'namespace-without-default-deny' : 'default-deny-missing',
          severity: 'warning',
          message: `no policy denies ${direction} by default to every pod of the namespace ${name}${doubt}`,
          object: name,
          direction,
          ...(position === undefined ? {} : { position }),
        },
        required,
        exception,
      );
    }),
  );
}

/** Critical namespaces with a workload that is neither isolated nor excepted. */
export function uncoveredCritical(rows: readonly Row[], { inventory, demands }: Assessment): EvidenceFinding[] {
  const gaps = Map.groupBy(rows.filter(isGap), ({ coverage }) => keyOf(coverage));
  return inventory.namespaces.flatMap((namespace) => {
    const critical = demands.critical(namespace);
    if (critical === undefined) return [];
    return DIRECTIONS.flatMap((direction): EvidenceFinding[] => {
      const found = gaps.get(keyOf({ namespace: namespace.name, direction })) ?? [];
      if (found.length === 0) return [];
      const names = found.map(({ workload }) => `${workload.id}${workload.hostNetwork ? ' (host network)' : ''}`);
      const because = critical.because === undefined ? '' : ` (${critical.because})`;
      return [
        {
          rule: 'critical-namespace-uncovered',
          severity: 'error',
          message: `${namespace.name} is critical${because}, and no policy isolates for ${direction}: ${names.join(', ')}`,
          object: namespace.name,
          direction,
          position: namespace.position ?? critical.position,
          requiredBy: critical.position,
          fails: true,
        },
      ];
    });
  });
}

/** Namespaces that lack coverage and may be critical: nobody defined them, so that their labels are not known. */
export function perhapsCritical(rows: readonly Row[], { inventory, demands }: Assessment): EvidenceFinding[] {
  const gaps = Map.groupBy(rows.filter(isGap), ({ workload }) => workload.namespace);
  return inventory.namespaces.flatMap((namespace): EvidenceFinding[] => {
    const perhaps = demands.perhapsCritical(namespace);
    const found = gaps.get(namespace.name);
    if (perhaps === undefined || found === undefined) return [];
    const { by, choice } = perhaps;
    const names = [...new Set(found.map(({ workload }) => workload.id))].join(', ');
    return [
      {
        rule: 'critical-namespace-unknown',
        severity: 'warning',
        message: `${namespace.name} is used but not defined, so whether it is critical (${choice}) is not known, and not every direction is isolated of ${names}: add the Namespace, with its labels, to the manifests`,
        object: namespace.name,
        position: by.position,
        requiredBy: by.position,
        fails: false,
      },
    ];
  });
}

function isGap({ coverage }: Row): boolean {
  return coverage.isolatedBy.length === 0 && coverage.exception?.ended !== false;
}

/** The finding, failing where a file demands it and no exception that still holds excuses it. */
function demanded(
  finding: Omit<EvidenceFinding, 'fails'>,
  requiredBy: EvidenceFinding['requiredBy'],
  exception: ExceptionRecord | undefined,
): EvidenceFinding[] {
  const excused = exception?.ended === false;
  const fails = requiredBy !== undefined && !excused;
  return [
    {
      ...finding,
      severity: fails ? 'error' : excused ? 'note' : finding.severity,
      ...(requiredBy === undefined ? {} : { requiredBy }),
      ...(exception === undefined ? {} : { exception }),
      fails,
    },
  ];
}

function isOpen({ isolatedBy, hostNetwork, exception }: EvidenceCoverage): boolean {
  return isolatedBy.length === 0 && !hostNetwork && exception?.ended !== false;
}

function isolatesUnlabelled({ policies }: Inventory, { name }: Namespace, direction: Direction): boolean {
  return policies.some(
    ({ namespace, directions, podSelector }) =>
      namespace === name && directions.includes(direction) && selects(podSelector, {}),
  );
}

function keyOf({ namespace, direction }: { readonly namespace: string; readonly direction: Direction }): string {
  return `${direction} ${namespace}`;
}

/** What is not modelled may isolate, too: said, but never counted. */
function doubtOf(unmodelled: readonly UnmodelledPolicy[], namespace: string): string {
  const touching = unmodelled.filter((policy) => policy.namespace === undefined || policy.namespace === namespace);
  if (touching.length === 0) return '';
  return `; whether ${touching.map(({ kind, id }) => `${kind} ${id}`).join(', ')} does is not known`;
}
