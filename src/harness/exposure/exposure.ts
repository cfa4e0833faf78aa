import type { Direction } from '../../requirements/model.ts';
import type { LabelSelector } from '../../requirements/selector.ts';
import type { Inventory, Workload } from '../inventory/model.ts';
import { ConnectionSet } from '../predict/sets/connections.ts';
import { Engine } from '../predict/engine.ts';
import { answerOf, combine, sameText, type Answer, type StrangerOf } from './answers.ts';
import { ExposureNotes, type Asked } from './notes.ts';
import { kindsFor, type Kind, type Kinds } from './kinds.ts';
import { entriesOf } from './selectors.ts';
import { Strangers, type Stranger } from './strangers.ts';

/** Pods that are not in the input, by the selectors that select them, and what they may do. */
export interface ExposureEntry extends Answer {
  readonly namespaces: LabelSelector;
  readonly pods: LabelSelector;
  /** Said of any pod in any namespace; what others say of some of them is the whole of it for those. */
  readonly general: boolean;
}

/** What one workload would be reached by, or reach, in one direction. */
export interface Exposure {
  readonly workload: Workload;
  readonly direction: Direction;
  readonly entries: readonly ExposureEntry[];
}

export interface Exposures {
  readonly exposures: readonly Exposure[];
  /** What they rest on, and why something is not known, as sentences. */
  readonly notes: readonly string[];
}

const DIRECTIONS: readonly Direction[] = ['ingress', 'egress'];
const ANYTHING: LabelSelector = { matchLabels: {}, matchExpressions: [] };
const NOBODY_KNOWS: Answer = { allowed: ConnectionSet.NONE, unknown: ConnectionSet.ALL, named: [] };

/** One question that is asked once for all workloads that no policy tells apart. */
interface Question extends Asked {
  readonly direction: Direction;
  readonly workloads: Workload[];
  readonly kinds: Kinds;
  readonly strangers: ReadonlyMap<Kind, StrangerOf>;
}

/**
 * What pods that are in no input could do with each workload, as exact sets: every pod that can be, in any namespace that
 * is there or may come, off the host network. At most one entry that is not general selects a pod, and it is the whole of
 * what this workload's own policies let through; where none does, the general one is. Nothing is assumed of the policies
 * that would select the other pod.
 */
export function exposuresOf(inventory: Inventory): Exposures {
  const notes = new ExposureNotes();
  const own = inventory.workloads.filter(({ assumed }) => assumed !== true);
  const byNamespace = [...Map.groupBy(own, ({ namespace }) => namespace)];
  const exposures = byNamespace.flatMap(([namespace, workloads]) =>
    exposuresWithin(partOf(inventory, namespace, workloads), notes),
  );
  return {
    exposures: exposures.sort((a, b) => compare(a.workload.id, b.workload.id) || compare(b.direction, a.direction)),
    notes: notes.texts(),
  };
}

/** What decides one end of the connections of a namespace's workloads: its own policies, and those of administrators. */
function partOf(inventory: Inventory, namespace: string, workloads: readonly Workload[]): Inventory {
  const isOwn = (policy: { readonly namespace?: string }): boolean => policy.namespace === namespace;
  return {
    ...inventory,
    workloads,
    policies: inventory.policies.filter(isOwn),
    unmodelled: inventory.unmodelled.filter((policy) => policy.namespace === undefined || isOwn(policy)),
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function exposuresWithin(part: Inventory, notes: ExposureNotes): readonly Exposure[] {
  const engine = new Engine(part, { assumeUndefinedNamespacesHaveNoLabels: true });
  const strangers = new Strangers(part);
  const questions = new Map<string, Question>();
  const asked = part.workloads
    .flatMap((workload) => DIRECTIONS.map((direction) => ({ workload, direction })))
    .map(({ workload, direction }) => {
      const classes = engine.membersOf(workload).map(({ podClass }) => podClass);
      const key = JSON.stringify([direction, classes.map(({ index }) => index)]);
      const question = questions.get(key) ?? {
        direction,
        example: workload,
        workloads: [],
        ...ask(kindsFor(classes, direction, part.namespaces), strangers),
      };
      questions.set(key, question);
      question.workloads.push(workload);
      return { workload, direction, question };
    });
  const engines = strangers.engines();
  const answers = new Map([...questions.values()].map((one) => [one, answer(one, engines, part, notes)]));
  return asked.map(({ question, ...of }) => ({ ...of, entries: answers.get(question) ?? [] }));
}

function ask(kinds: Kinds, strangers: Strangers): Pick<Question, 'kinds' | 'strangers'> {
  const found = (kinds.kinds ?? []).map((kind): [Kind, StrangerOf] => [
    kind,
    {
      plain: strangers.of(kind, kinds),
      // A rule is asked about each number alone, so that one pod may have them all under a name.
      named: kinds.portNames.map((port) => ({
        port,
        stranger: strangers.of(
          kind,
          kinds,
          kinds.edges[port.protocol].map((number) => ({ ...port, port: number })),
        ),
      })),
    },
  ]);
  return { kinds, strangers: new Map(found) };
}

function answer(
  { kinds, strangers, ...asked }: Question,
  engines: ReadonlyMap<Stranger, Engine>,
  { namespaces }: Inventory,
  notes: ExposureNotes,
): readonly ExposureEntry[] {
  if (kinds.kinds === undefined) {
    const { direction, example } = asked;
    notes.say(
      `for ${direction}, the policies of ${example.id} ${kinds.notListed}: what others may do is not known`,
      asked,
    );
    return [{ ...NOBODY_KNOWS, namespaces: ANYTHING, pods: ANYTHING, general: true }];
  }
  const answers = kinds.kinds.map((kind) => {
    const stranger = strangers.get(kind);
    return {
      kind,
      answer: stranger ? answerOf(asked, asked.direction, stranger, kinds, engines, notes) : NOBODY_KNOWS,
    };
  });
  const general = combine(answers.map((one) => one.answer));
  const others = answers.filter((one) => !sameText(one.answer, general));
  const isNothing = [general.allowed, general.unknown].every(({ isEmpty }) => isEmpty) && general.named.length === 0;
  return [
    ...(isNothing ? [] : [{ ...general, namespaces: ANYTHING, pods: ANYTHING, general: true }]),
    ...entriesOf(others, kinds, namespaces).map((entry) => ({ ...entry, general: false })),
  ];
}
