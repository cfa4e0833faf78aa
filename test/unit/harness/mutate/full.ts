import type { Inventory, Workload } from '../../../../src/harness/inventory/model.ts';
import { AddressSet } from '../../../../src/harness/predict/sets/addresses.ts';
import { ConnectionSet } from '../../../../src/harness/predict/sets/connections.ts';
import { matrixAddresses } from '../../../../src/harness/predict/matrix.ts';
import type { AddressPrediction, Prediction } from '../../../../src/harness/predict/model.ts';
import { outsider } from '../../../../src/harness/predict/ends/outsider.ts';
import { createPredictor } from '../../../../src/harness/predict/predictor.ts';
import { parseRequirements } from '../../../../src/requirements/index.ts';
import { PROTOCOLS, type RequirementSet } from '../../../../src/requirements/model.ts';

/**
 * All that can be asked: of every ordered pair of workloads, an outsider and addresses, what is allowed must be and
 * what is denied must not. Of what is not known nothing can be asked.
 */
export function fullRequirements(inventory: Inventory): readonly RequirementSet[] {
  const predictor = createPredictor(inventory);
  const all = [outsider(), ...inventory.workloads];
  const addresses = matrixAddresses(inventory);
  const lines = all.flatMap((from) => [
    ...all
      .filter((to) => from !== to || from.kind !== 'Pod')
      .flatMap((to) => ask(from, to, predictor.between(from, to))),
    ...(from === outsider() ? [] : predictor.toAddresses(from, addresses).flatMap((part) => askPart(part, from, 'to'))),
    ...(from === outsider()
      ? []
      : predictor.fromAddresses(addresses, from).flatMap((part) => askPart(part, from, 'from'))),
  ]);
  const cases = lines.map((line, index) => `  - {id: F-${index + 1}, ${line}}`);
  return parseRequirements(`requirements: full\ncases:\n${cases.join('\n')}\n`, 'full.reach.yaml');
}

function ask(from: Workload | string, to: Workload | string, { allowed, unknown }: Prediction): readonly string[] {
  const denied = ConnectionSet.ALL.subtract(allowed).subtract(unknown);
  return [
    ...(allowed.isEmpty ? [] : [`from: ${nameOf(from)}, mayReach: ${nameOf(to)}, on: [${portsOf(allowed)}]`]),
    ...(denied.isEmpty ? [] : [`from: ${nameOf(from)}, mayNotReach: ${nameOf(to)}, on: [${portsOf(denied)}]`]),
  ];
}

function askPart(part: AddressPrediction, workload: Workload, way: 'from' | 'to'): readonly string[] {
  return part.addresses.toCidrs().flatMap((cidr) => {
    const block = `{cidr: '${cidr}'}`;
    return way === 'to' ? ask(workload, block, part.prediction) : ask(block, workload, part.prediction);
  });
}

function nameOf(end: Workload | string): string {
  if (typeof end === 'string') return end;
  return end === outsider() ? 'outsider' : `'${end.id}'`;
}

function portsOf(set: ConnectionSet): string {
  return PROTOCOLS.flatMap((protocol) =>
    set.intervals(protocol).map(({ from, to }) => `${from}-${to}/${protocol.toLowerCase()}`),
  ).join(', ');
}

/** Everything that is allowed or not known, an outsider included; `addresses` as those of the matrix of the original. */
export function allowedBy(inventory: Inventory, addresses: AddressSet): string {
  // Another object for the same stranger: nothing is remembered of it.
  const all: readonly Workload[] = [{ ...outsider(), id: 'stranger[Pod]' }, ...inventory.workloads];
  const predictor = createPredictor(inventory);
  const pairs = all.flatMap((from) =>
    all.filter((to) => from !== to || from.kind !== 'Pod').map((to) => textOf(predictor.between(from, to))),
  );
  const outside = inventory.workloads.flatMap((one) =>
    [predictor.toAddresses(one, addresses), predictor.fromAddresses(addresses, one)].map(rangesOf),
  );
  return JSON.stringify([pairs, outside]);
}

/** However the addresses are parted. */
function rangesOf(parts: readonly AddressPrediction[]): readonly string[] {
  const byAnswer = Map.groupBy(parts, ({ prediction }) => textOf(prediction));
  return [...byAnswer]
    .map(
      ([text, same]) =>
        `${text}: ${same
          .reduce((sum, part) => sum.union(part.addresses), AddressSet.EMPTY)
          .ranges()
          .join()}`,
    )
    .sort();
}

export function textOf({ allowed, unknown }: Prediction): string {
  return `${allowed.format()} / ${unknown.format()}`;
}
