import { NAMESPACE_NAME } from '../../requirements/selector.ts';
import { SERVICE_ACCOUNT_LABEL } from '../inventory/cilium-selectors.ts';
import type { Inventory, Namespace, Workload } from '../inventory/model.ts';
import type { Protocol } from '../../requirements/model.ts';
import { Engine } from '../predict/engine.ts';
import { memberOf, OTHER } from './boxes.ts';
import { type Kind, type Kinds } from './kinds.ts';

/** A port that a pod elsewhere may have under a name. */
export interface NamedPort {
  readonly protocol: Protocol;
  readonly name: string;
}

/** A pod that stands for a kind. */
export interface Stranger {
  readonly workload: Workload;
  readonly namespace: Namespace;
}

interface Round {
  readonly namespaces: Map<string, Namespace>;
  readonly strangers: Stranger[];
}

const NOWHERE = { file: '(elsewhere)', line: 0, column: 0 };

/** Pods that are in no input, and engines that know them beside the inventory. Pods that are alike are one. */
export class Strangers {
  readonly #inventory: Inventory;
  readonly #known = new Map<string, Stranger>();

  constructor(inventory: Inventory) {
    this.#inventory = inventory;
  }

  /** @param ports those that it has under a name, each perhaps with several numbers: a rule is asked about each alone */
  of(kind: Kind, { namespaces, pods }: Kinds, ports: Workload['ports'] = []): Stranger {
    const wanted = memberOf(kind.namespaces, namespaces);
    const labels = memberOf(kind.pods, pods);
    const key = JSON.stringify([wanted, labels, ports]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const named = wanted[NAMESPACE_NAME] ?? OTHER;
    const name = named === OTHER ? `(elsewhere ${this.#known.size})` : named;
    const namespace = this.#inventory.namespaces.find((one) => one.name === name) ?? {
      name,
      labels: { ...wanted, [NAMESPACE_NAME]: name },
      defined: true,
    };
    const stranger = { namespace, workload: workloadOf(this.#known.size, name, labels, ports) };
    this.#known.set(key, stranger);
    return stranger;
  }

  /** The engine that knows each stranger: two namespaces of one name cannot be in one. */
  engines(): ReadonlyMap<Stranger, Engine> {
    const rounds: Round[] = [];
    for (const stranger of this.#known.values()) {
      const { namespace } = stranger;
      const fits = rounds.find(({ namespaces }) => (namespaces.get(namespace.name) ?? namespace) === namespace);
      const round: Round = fits ?? { namespaces: new Map(), strangers: [] };
      if (fits === undefined) rounds.push(round);
      round.namespaces.set(namespace.name, namespace);
      round.strangers.push(stranger);
    }
    return new Map(
      rounds.flatMap(({ namespaces, strangers }) => {
        const engine = this.#engine([...namespaces.values()], strangers);
        return strangers.map((stranger) => [stranger, engine] as const);
      }),
    );
  }

  #engine(namespaces: readonly Namespace[], strangers: readonly Stranger[]): Engine {
    const { namespaces: own, workloads } = this.#inventory;
    return new Engine(
      {
        ...this.#inventory,
        namespaces: [...own, ...namespaces.filter((one) => !own.includes(one))],
        workloads: [...workloads, ...strangers.map(({ workload }) => workload)],
      },
      { assumeUndefinedNamespacesHaveNoLabels: true },
    );
  }
}

function workloadOf(index: number, namespace: string, labels: Workload['labels'], ports: Workload['ports']): Workload {
  const name = `(stranger ${index})`;
  return {
    id: 'a pod elsewhere',
    namespace,
    name,
    kind: 'Pod',
    labels,
    ports,
    hostNetwork: false,
    // Every pod has one: of what no selector names, one that none names.
    serviceAccount: labels[SERVICE_ACCOUNT_LABEL] ?? '(another)',
    pods: [],
    position: NOWHERE,
  };
}
