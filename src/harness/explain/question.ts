import type { EndpointRef, Requirement } from '../../requirements/model.ts';
import { MayreachError } from '../../source/error.ts';
import { clusterDns } from '../inventory/dns.ts';
import type { Inventory, Workload } from '../inventory/model.ts';
import { portText, type Cell } from '../plan/cell.ts';
import { cellsOf } from '../plan/cells.ts';
import type { CellContext } from '../plan/context.ts';
import { membersOf, type Member } from '../plan/members.ts';
import { wantedPorts } from '../plan/ports.ts';
import type { Request } from '../plan/request.ts';
import { resolveRequirements, type ResolvedRequirement } from '../plan/requests.ts';
import { ConnectionSet } from '../predict/sets/connections.ts';
import type { Party, Predictor } from '../predict/model.ts';
import { connectionText, reasonText } from '../verdict/wording.ts';
import { Storyteller } from './story.ts';
import type { Pair } from './survey.ts';
import { SurveyWriter } from './survey-text.ts';

/**
 * What a question comes to, as lines: the whole story of one connection; of many pairs a page that sums them up.
 * @throws MayreachError as a run does
 */
export function explainQuestion(question: Requirement, inventory: Inventory, predictor: Predictor): readonly string[] {
  const { asked, without } = withPorts(question, inventory);
  const [resolved] = resolveRequirements([setOf(asked)], inventory, { tolerant: false });
  if (resolved === undefined) return [];
  const teller = new Storyteller(inventory, predictor);
  const pairs = resolved.requests.flatMap((request) => pairOf(request) ?? []);
  const others = resolved.requests.filter((request) => pairOf(request) === undefined);
  const { workloads: dns } = clusterDns(inventory);
  const context = { inventory, predictor, dns, hosts: new Map(), observing: false, servicesByEndpoints: false };
  const [only] = pairs;
  const told =
    only !== undefined && pairs.length === 1
      ? [teller.story(only.from, only.to, only.connections)]
      : pairs.length === 0
        ? []
        : [new SurveyWriter(inventory, predictor, teller).lines(titleOf(question), pairs)];
  const notes = [...without.map((id) => `${id}: has no port of that name`), ...resolved.leftOut];
  return [
    ...told,
    ...others.map((request) => storyByName({ ...resolved, requests: [request] }, context, teller)),
    ...(notes.length === 0 ? [] : [['Left out:', ...notes.map((text) => `  ${text}`)]]),
  ].flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

function titleOf({ from, to, on = [] }: Requirement): string {
  const names = (refs: readonly EndpointRef[]): string => refs.map(({ label }) => label).join(', ');
  const ports = on.map(({ label, spec }) => (spec.kind === 'any' ? 'every protocol and port' : label)).join(', ');
  return `${names(from)} to ${names(to)}, ${ports}`;
}

function setOf(question: Requirement) {
  return {
    name: question.set,
    file: question.position.file,
    manifests: [],
    endpoints: new Map<string, EndpointRef>(),
    requirements: [question],
  };
}

/** A port's name is asked of those that have it; it is an error only where nobody does. */
function withPorts(
  question: Requirement,
  inventory: Inventory,
): { readonly asked: Requirement; readonly without: readonly string[] } {
  const members = question.to.flatMap((ref) => membersOf(ref, inventory).members.map((member) => ({ ref, member })));
  const having = members.filter(({ member }) => hasPorts(question, member));
  if (having.length === members.length || having.length === 0) return { asked: question, without: [] };
  const to = having.map(({ ref, member }) => (member.kind === 'workload' ? refOf(member.workload, ref) : ref));
  const without = members.filter((one) => !having.includes(one)).map(({ member }) => member.label);
  return { asked: { ...question, to }, without };
}

function hasPorts(question: Requirement, member: Member): boolean {
  try {
    wantedPorts(question, member);
    return true;
  } catch (error) {
    if (error instanceof MayreachError && error.code === 'PORT_UNKNOWN') return false;
    throw error;
  }
}

function refOf({ namespace, name, kind, id }: Workload, { position }: EndpointRef): EndpointRef {
  return { endpoint: { kind: 'workload', namespace, name, workloadKind: kind }, label: id, position };
}

function pairOf({ from, to, wanted }: Request): Pair | undefined {
  const [source, target] = [partyOf(from), partyOf(to)];
  if (source === undefined || target === undefined) return undefined;
  return { from: source, to: target, connections: wanted.connections };
}

function partyOf(member: Member): Party | undefined {
  return member.kind === 'workload' || member.kind === 'addresses' ? member : undefined;
}

/** Behind a service are its endpoints; a host has no addresses here. */
function storyByName(resolved: ResolvedRequirement, context: CellContext, teller: Storyteller): readonly string[] {
  const cells = cellsOf([resolved], context).flatMap((planned) => planned.cells);
  const stories = new Map<string, readonly string[]>();
  for (const cell of cells) {
    for (const { from, to, connections } of behind(cell, context)) {
      const story = teller.story(from, to, connections);
      stories.set(story.join('\n'), story);
    }
  }
  return [...cells.flatMap(headOf), ...[...stories.values()].flatMap((story) => ['', ...story])];
}

function headOf(cell: Cell): readonly string[] {
  const { destination, via, prediction } = cell;
  if (destination.kind === 'workload') return [];
  const how = via === 'service-name' || via === 'host-name' ? ' by its name' : '';
  const ports = cell.protocol === 'any' ? 'every protocol and port' : `${cell.protocol} ${portText(cell)}`;
  return [
    `${connectionText(cell)}${how}, ${ports}: ${prediction.predicted}.`,
    `  ${reasonText(cell)}.`,
    ...(destination.kind === 'host' && prediction.predicted === 'denied' && !prediction.byName
      ? [
          `  Policies know no names: to let it through, allow the addresses of ${destination.host}, or ask about one of them.`,
        ]
      : []),
  ];
}

/** The servers to ask for names, where none of them can be asked. */
function deafServers(source: Party, { dns, predictor }: CellContext): readonly Omit<Pair, 'from'>[] {
  if (source.kind !== 'workload') return [];
  const connections = ConnectionSet.port('UDP', 53);
  const reached = dns.some((server) => predictor.between(source.workload, server).allowed.covers(connections));
  return reached ? [] : dns.map((workload) => ({ to: { kind: 'workload', workload }, connections }));
}

/** What a name or a service's address comes to: the cluster's DNS where that decides, else the pods behind it. */
function behind({ source, destination, ports, protocol, via }: Cell, context: CellContext): readonly Pair[] {
  if (source.kind !== 'workload' && destination.kind !== 'workload') return [];
  if (destination.kind === 'workload') {
    const connections = protocol === 'any' ? ConnectionSet.ALL : ConnectionSet.of(protocol, ports.from, ports.to);
    return [{ from: source, to: destination, connections }];
  }
  const names = via === 'service-name' || via === 'host-name' ? deafServers(source, context) : [];
  const endpoints =
    destination.kind === 'service'
      ? destination.endpoints.filter(({ port }) => port.port === ports.from && port.protocol === protocol)
      : [];
  const pods = endpoints.map(({ workload, port, targetPort }) => ({
    to: { kind: 'workload', workload } as const,
    connections: ConnectionSet.port(port.protocol, targetPort),
  }));
  return [...names, ...pods].map((pair) => ({ from: source, ...pair }));
}
