import type { CalicoEnd, CalicoObjects, NetworkSet } from '../../inventory/admin-model.ts';
import { inNamespace, NAMESPACE, OF_NAMESPACE, OF_SERVICE_ACCOUNT } from '../../inventory/calico-ends.ts';
import { atomsOf, evaluate, type Expression, type Lookup, type Truth } from '../../inventory/expression.ts';
import type { Inventory, PolicyPort, Service } from '../../inventory/model.ts';
import { AddressSet } from '../sets/addresses.ts';
import { sharePeer, type PodPeer, type SelectedEndpoints } from './compile.ts';
import { labelOfNamespace } from '../ends/endpoints.ts';
import type { NamespaceIndex } from '../ends/namespaces.ts';
import { resolveService } from '../ends/services.ts';

/** What a rule of Calico asks of one end of a connection; all of it must hold. */
export interface CompiledEnd {
  readonly selector?: EndSelector;
  /** Must not hold. */
  readonly notSelector?: EndSelector;
  readonly nets?: AddressSet;
  readonly notNets?: AddressSet;
  /** Why it is not known whom it means. */
  readonly doubt?: string;
}

/** Endpoints by their labels, and the addresses of network sets that the same selector selects. */
export interface EndSelector {
  readonly pods: SelectedEndpoints;
  readonly nets: AddressSet;
  /** Of sets that may be selected, `nets` included. */
  readonly netsPerhaps: AddressSet;
  /** Why it may select nodes, or addresses that are not known. */
  readonly nodesPerhaps?: string;
  readonly domainsPerhaps?: string;
}

const HOST_ENDPOINTS = 'it selects by labels, and those of host endpoints are not read';
const DOMAINS = 'it selects a network set with domain names, whose addresses are not known';

/** Makes the ends of Calico's rules ready; equal selectors are computed once. */
export class CalicoCompiler {
  readonly #inventory: Inventory;
  readonly #objects: CalicoObjects;
  readonly #namespaces: NamespaceIndex;
  readonly #known: Map<string, PodPeer>;
  readonly #selectors = new Map<SelectedEndpoints, EndSelector>();

  constructor(inventory: Inventory, namespaces: NamespaceIndex, known: Map<string, PodPeer>) {
    this.#inventory = inventory;
    this.#objects = inventory.calico ?? { networkSets: [], serviceAccounts: {}, hasHostEndpoints: false };
    this.#namespaces = namespaces;
    this.#known = known;
  }

  end({ selector, notSelector, nets, notNets, service }: CalicoEnd): CompiledEnd {
    const addresses = {
      ...(nets && { nets: AddressSet.of(...nets) }),
      ...(notNets && { notNets: AddressSet.of(...notNets) }),
    };
    if (service !== undefined) return { ...addresses, ...this.#serviceEnd(service) };
    if (selector === undefined) {
      return { ...addresses, ...(notSelector && { notSelector: this.#selector(notSelector) }) };
    }
    // Calico joins the two: what is selected is each endpoint and set that the one selects and the other does not.
    const both: Expression =
      notSelector === undefined ? selector : { is: 'and', of: [selector, { is: 'not', of: notSelector }] };
    return { ...addresses, selector: this.#selector(both) };
  }

  /** The ports of a service at its endpoints; undefined where they are not known. */
  portsOfService(id: string, among: readonly PolicyPort[] | undefined): readonly PolicyPort[] | undefined {
    const service = this.#serviceOf(id);
    if (service === undefined) return among;
    return service.ports
      .filter(({ protocol }) => among === undefined || among.some((one) => one.protocol === protocol))
      .map(({ protocol, targetPort }) => ({ protocol, port: targetPort, position: service.position }));
  }

  #selector(expression: Expression): EndSelector {
    const pods = sharePeer({ endpoints: expression }, this.#known);
    const known = this.#selectors.get(pods);
    if (known !== undefined) return known;
    const { networkSets, hasHostEndpoints } = this.#objects;
    const sets = networkSets
      .map((set) => ({ set, match: this.#matchSet(expression, set) }))
      .filter(({ match }) => match !== 'no');
    const surely = sets.filter(({ match }) => match === 'yes');
    const made: EndSelector = {
      pods,
      nets: AddressSet.of(...surely.flatMap(({ set }) => set.nets)),
      netsPerhaps: AddressSet.of(...sets.flatMap(({ set }) => set.nets)),
      ...(hasHostEndpoints && { nodesPerhaps: HOST_ENDPOINTS }),
      ...(sets.some(({ set }) => set.hasDomains) && { domainsPerhaps: DOMAINS }),
    };
    this.#selectors.set(pods, made);
    return made;
  }

  /**
   * A set of no namespace lacks all labels of namespaces, as Calico looks for them, so a namespaceSelector that denies
   * some selects it; the documentation has a namespaceSelector select in namespaces alone.
   */
  #matchSet(expression: Expression, set: NetworkSet): Truth {
    const match = evaluate(expression, this.#labelsOfSet(set));
    const isByLack = set.namespace === undefined && atomsOf(expression).some(({ key }) => key.startsWith(OF_NAMESPACE));
    return isByLack && match === 'yes' ? 'perhaps' : match;
  }

  /** https://docs.tigera.io/calico/latest/reference/resources/networkset */
  #labelsOfSet({ namespace, labels }: NetworkSet): Lookup {
    return (key) => {
      if (key === NAMESPACE) return { value: namespace };
      if (key.startsWith(OF_SERVICE_ACCOUNT)) return { value: undefined };
      if (!key.startsWith(OF_NAMESPACE)) return { value: Object.hasOwn(labels, key) ? labels[key] : undefined };
      if (namespace === undefined) return { value: undefined };
      return labelOfNamespace(key.slice(OF_NAMESPACE.length), this.#namespaces.get(namespace), false);
    };
  }

  /** https://docs.tigera.io/calico/latest/network-policy/policy-rules/service-policy */
  #serviceEnd(id: string): CompiledEnd {
    const service = this.#serviceOf(id);
    if (service?.selector === undefined) return { doubt: `it names the service ${id}, whose endpoints are not known` };
    const labels = Object.entries(service.selector).map(([key, value]): Expression => ({
      is: 'in',
      key,
      values: [value],
    }));
    const endpoints: Expression = { is: 'and', of: [inNamespace(service.namespace), ...labels] };
    const isOnNodes = resolveService(this.#inventory, service).endpoints.some(({ workload }) => workload.hostNetwork);
    return {
      selector: {
        pods: sharePeer({ endpoints }, this.#known),
        nets: AddressSet.EMPTY,
        netsPerhaps: AddressSet.EMPTY,
        ...(isOnNodes && { nodesPerhaps: `it names the service ${id}, behind which are nodes` }),
      },
    };
  }

  /** Of services whose pods Kubernetes finds; who makes endpoints by hand may name any address. */
  #serviceOf(id: string): Service | undefined {
    const found = this.#inventory.services.find((service) => service.id === id);
    const isSelecting = Object.keys(found?.selector ?? {}).length > 0 && found?.type !== 'ExternalName';
    return isSelecting ? found : undefined;
  }
}

/** The sets of addresses by which an end tells addresses apart. */
export function netsOfEnd({ nets, notNets, selector, notSelector }: CompiledEnd): readonly AddressSet[] {
  return [nets, notNets, selector?.nets, selector?.netsPerhaps, notSelector?.nets, notSelector?.netsPerhaps].filter(
    (set) => set !== undefined && !set.isEmpty,
  ) as readonly AddressSet[];
}

/** The selectors by which an end tells pods apart. */
export function podsOfEnd({ selector, notSelector }: CompiledEnd): readonly SelectedEndpoints[] {
  return [selector, notSelector].flatMap((one) => one?.pods ?? []);
}
