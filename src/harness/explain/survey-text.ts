import type { Direction } from '../../requirements/model.ts';
import type { Inventory, Workload } from '../inventory/model.ts';
import type { Party, PolicyRef, Predictor, SideDecision } from '../predict/model.ts';
import { namePolicy, nameRule } from '../predict/classes/rule-match.ts';
import { Names, type Block } from './blocks.ts';
import { connectionsText } from './connections-text.ts';
import { policyKey } from './parts.ts';
import { nameOf, type Storyteller } from './story.ts';
import { Survey, worthAsking, type Counts, type Deciding, type Pair } from './survey.ts';

/** A page holds this much of each kind. */
const MOST_GROUPS = 8;
const MOST_BLOCKS = 5;
const MOST_CHANGES = 3;
const MOST_POLICIES = 8;
const MOST_ASSUMPTIONS = 4;

/** Many sources and destinations at once: what is allowed, by the rules that allow it; what is denied, and where. */
export class SurveyWriter {
  readonly #predictor: Predictor;
  readonly #teller: Storyteller;
  readonly #names: Names;

  constructor(inventory: Inventory, predictor: Predictor, teller: Storyteller) {
    this.#predictor = predictor;
    this.#teller = teller;
    this.#names = new Names(inventory.workloads);
  }

  /** @param title `shop to data, TCP 5432` */
  lines(title: string, pairs: readonly Pair[]): readonly string[] {
    const survey = new Survey(this.#predictor, this.#teller);
    for (const pair of pairs) survey.add(pair);
    const denied = survey.groups('denied');
    return [
      `${title}: ${countsText(survey.counts)}.`,
      ...section('Allowed', this.#groups(survey.groups('allowed'), allowedTitle)),
      ...section('Denied', this.#groups(denied, deniedTitle)),
      ...section(
        'Not known',
        this.#groups(survey.groups('unknown'), ({ decision }) => decision.reason ?? ''),
      ),
      ...section(
        'This rests on',
        survey.assumptions.slice(0, MOST_ASSUMPTIONS).map((text) => `  ${text}.`),
      ),
      ...this.#changes(denied),
      ...this.#isolation('egress', workloadsOf(pairs.map(({ from }) => from))),
      ...this.#isolation('ingress', workloadsOf(pairs.map(({ to }) => to))),
    ];
  }

  #groups(groups: readonly Deciding[], title: (group: Deciding) => string): readonly string[] {
    const lines = groups
      .slice(0, MOST_GROUPS)
      .flatMap((group) => [`  ${title(group)}:`, ...this.#blocks(group.blocks.finish())]);
    const left = groups.slice(MOST_GROUPS).reduce((sum, { pairs }) => sum + pairs, 0);
    return left === 0 ? lines : [...lines, `  and ${left} pairs more, by other rules.`];
  }

  #blocks(blocks: readonly Block[]): readonly string[] {
    const lines = blocks
      .slice(0, MOST_BLOCKS)
      .map(
        ({ from, to, connections }) =>
          `    ${this.#names.list(from)} to ${this.#names.list(to)}: ${connectionsText(connections)}`,
      );
    const left = blocks.slice(MOST_BLOCKS).reduce((sum, { pairs }) => sum + pairs, 0);
    return left === 0 ? lines : [...lines, `    and ${left} pairs more.`];
  }

  #changes(denied: readonly Deciding[]): readonly string[] {
    return denied.slice(0, MOST_CHANGES).flatMap(({ example }) => this.#change(example));
  }

  /** Of one pair; of every port it would say nothing, so it is told of the first that the destination declares. */
  #change({ from, to, connections }: Pair): readonly string[] {
    const asked = worthAsking(to, connections);
    const [ends] = asked === undefined ? [] : this.#teller.endsOf(from, to);
    if (asked === undefined || ends === undefined) return [];
    const changes = this.#teller
      .partsOf(ends, asked)
      .filter(({ decision }) => decision.outcome === 'denied')
      .flatMap((part) => this.#teller.changes(ends, part));
    if (changes.length === 0) return [];
    return ['', `To let ${nameOf(from)} through to ${nameOf(to)}, ${connectionsText(asked)}:`, ...changes];
  }

  #isolation(direction: Direction, workloads: readonly Workload[]): readonly string[] {
    if (workloads.length === 0) return [];
    const isolating = new Map<string, { readonly ref: PolicyRef; readonly ids: string[] }>();
    const open: string[] = [];
    for (const workload of workloads) {
      const refs = this.#predictor.isolatedBy(workload, direction);
      if (refs.length === 0) open.push(workload.id);
      for (const ref of refs) {
        const entry = isolating.get(policyKey(ref)) ?? { ref, ids: [] };
        isolating.set(policyKey(ref), entry);
        entry.ids.push(workload.id);
      }
    }
    const alike = [...Map.groupBy(isolating.values(), ({ ids }) => ids.join('\n')).values()].sort(
      (a, b) => (b[0]?.ids.length ?? 0) - (a[0]?.ids.length ?? 0),
    );
    const told = alike.slice(0, MOST_POLICIES).map((group) => {
      const ids = group[0]?.ids ?? [];
      const whom = ids.length === workloads.length && ids.length > 1 ? `all ${ids.length}` : this.#names.list(ids);
      return `  ${whom}: ${policiesText(group.map(({ ref }) => ref))}`;
    });
    const left = alike.slice(MOST_POLICIES).flat().length;
    return [
      '',
      `Isolated for ${direction}:`,
      ...told,
      ...(left === 0 ? [] : [`  and ${left} policies more, each for some.`]),
      ...(open.length === 0 ? [] : [`  not at all: ${this.#names.list(open)}`]),
    ];
  }
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines];
}

function countsText({ all, allowed, denied, unknown }: Counts): string {
  const parts = [
    `${allowed} of ${all} pairs may connect`,
    `${denied} have something that is denied`,
    ...(unknown === 0 ? [] : [`${unknown} have something that is not known`]),
  ];
  return parts.join(', ');
}

function allowedTitle({ decision: { egress, ingress } }: Deciding): string {
  return `${allowedSide('egress', egress)}; ${allowedSide('ingress', ingress)}`;
}

function allowedSide(direction: Direction, { allowedBy, exempt }: SideDecision): string {
  const way = direction === 'egress' ? 'out' : 'in';
  if (allowedBy.length > 0) return `let ${way} by ${allowedBy.map(nameRule).join(' and ')}`;
  return exempt === undefined ? `no policy isolates for ${direction}` : `let ${way}: ${exempt}`;
}

function deniedTitle({ decision: { egress, ingress } }: Deciding): string {
  return [deniedSide('leaving', egress), deniedSide('entering', ingress)].flat().join(', and ');
}

function deniedSide(way: string, { outcome, deniedBy = [] }: SideDecision): readonly string[] {
  if (outcome !== 'denied') return [];
  return [
    deniedBy.length === 0 ? `${way}: no rule lets it through` : `${way}: by ${deniedBy.map(nameRule).join(' and ')}`,
  ];
}

function policiesText(refs: readonly PolicyRef[]): string {
  const shown = refs.slice(0, MOST_POLICIES).map(namePolicy).join(', ');
  return refs.length > MOST_POLICIES ? `${shown} and ${refs.length - MOST_POLICIES} more` : shown;
}

function workloadsOf(parties: readonly Party[]): readonly Workload[] {
  return [...new Set(parties.flatMap((party) => (party.kind === 'workload' ? [party.workload] : [])))];
}
