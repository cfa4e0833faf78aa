import type { Requirement } from '../../requirements/model.ts';
import { clusterDns } from '../inventory/dns.ts';
import type { Inventory, Workload } from '../inventory/model.ts';
import { isRange, portText, type Cell } from '../plan/cell.ts';
import { cellsOf } from '../plan/cells.ts';
import { resolveRequirements } from '../plan/requests.ts';
import { explain } from '../predict/explain.ts';
import type { Predictor } from '../predict/model.ts';
import { connectionText, reasonText } from '../verdict/wording.ts';

/** The story of every cell that a question comes to, as lines. @throws MayreachError as a run does */
export function explainConnection(
  question: Requirement,
  inventory: Inventory,
  predictor: Predictor,
): readonly string[] {
  const set = {
    name: question.set,
    file: question.position.file,
    manifests: [],
    endpoints: new Map(),
    requirements: [question],
  };
  const resolved = resolveRequirements([set], inventory, { tolerant: false });
  const { workloads: dns } = clusterDns(inventory);
  const context = { inventory, predictor, dns, hosts: new Map(), observing: false, servicesByEndpoints: false };
  const cells = cellsOf(resolved, context).flatMap((planned) => planned.cells);
  return cells.flatMap((cell, index) => [...(index === 0 ? [] : ['']), ...story(cell, predictor)]);
}

function story(cell: Cell, predictor: Predictor): readonly string[] {
  const { source, destination, protocol, ports, via } = cell;
  if (destination.kind === 'workload' || destination.kind === 'addresses') {
    const point = { protocol: protocol === 'any' ? ('TCP' as const) : protocol, port: ports.from };
    return explain(predictor, source, destination, isRange(cell) ? { ...point, range: rangeText(cell) } : point);
  }
  const how = via === 'service-name' || via === 'host-name' ? ' by its name' : '';
  return [
    `${connectionText(cell)}${how} ${cell.protocol} ${portText(cell)}: ${cell.prediction.predicted}`,
    `  ${reasonText(cell)}`,
    ...behind(cell).flatMap((workload) => {
      const port = endpointPort(cell, workload);
      if (source.kind !== 'workload' || port === undefined || protocol === 'any') return [];
      return ['', ...explain(predictor, source, { kind: 'workload', workload }, { protocol, port })];
    }),
  ];
}

function rangeText(cell: Cell): string {
  return cell.protocol === 'any' ? 'every protocol and port' : `${cell.protocol} ${portText(cell)}`;
}

function behind({ destination }: Cell): readonly Workload[] {
  if (destination.kind !== 'service') return [];
  return [...new Set(destination.endpoints.map(({ workload }) => workload))];
}

function endpointPort({ destination, ports, protocol }: Cell, workload: Workload): number | undefined {
  if (destination.kind !== 'service') return undefined;
  return destination.endpoints.find(
    (endpoint) =>
      endpoint.workload === workload && endpoint.port.port === ports.from && endpoint.port.protocol === protocol,
  )?.targetPort;
}
