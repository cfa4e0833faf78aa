import type { Position } from '../../source/position.ts';
import { throwProblems } from '../../source/problems.ts';
import { formatEndpoint } from '../format.ts';
import type { Endpoint, EndpointRef } from '../model.ts';
import { readEndpoint, readWorkload } from '../read/endpoint.ts';
import { Input, type InputSource } from '../read/input.ts';
import type { LabelExpression } from '../selector.ts';
import { callerOf } from './caller.ts';

/** Labels alone, or the API's selector. An empty one selects everything. */
export type SelectorInput =
  | Readonly<Record<string, string>>
  | {
      readonly matchLabels?: Readonly<Record<string, string>>;
      readonly matchExpressions?: readonly (Omit<LabelExpression, 'values'> & {
        readonly values?: readonly string[];
      })[];
    };

/** One workload as `namespace/name`, with its kind where the name alone is not enough: `shop/web[Deployment]`. */
export function workload(name: string): EndpointRef {
  return make(name, 'workload', callerOf(workload), (input) => {
    const text = input.text('a workload as namespace/name');
    const read = text === null ? null : readWorkload(input, text);
    return read && { kind: 'workload', ...read };
  });
}

/** The workloads of a namespace whose pods carry the labels; without labels, all of them. */
export function pods(namespace: string, labels: SelectorInput = {}): EndpointRef {
  return make({ namespace, pods: labels }, 'pods', callerOf(pods));
}

/** The workloads of all namespaces so labelled; `labels` narrows them to those whose pods carry them. */
export function namespaces(selector: SelectorInput, labels: SelectorInput = {}): EndpointRef {
  return make({ namespaces: selector, pods: labels }, 'namespaces', callerOf(namespaces));
}

/** A service as `namespace/name`, through its name and its address. */
export function service(name: string): EndpointRef {
  return make({ service: name }, 'service', callerOf(service));
}

/** A host outside the cluster, by its name; as a destination only. */
export function host(name: string): EndpointRef {
  return make({ host: name }, 'host', callerOf(host));
}

/** Every address of a network, IPv4 or IPv6. */
export function cidr(network: string): EndpointRef {
  return make({ cidr: network }, 'cidr', callerOf(cidr));
}

/** A pod without labels in a namespace of its own. */
export function outsider(): EndpointRef {
  return make('outsider', 'outsider', callerOf(outsider));
}

/** Every workload of the inventory that is not on the host network, and an outsider. */
export function anyone(): EndpointRef {
  return make('anyone', 'anyone', callerOf(anyone));
}

function make(
  value: unknown,
  name: string,
  position: Position,
  read: (input: Input) => Endpoint | null = (input) => readEndpoint(input, []),
): EndpointRef {
  const source: InputSource = { positionOf: () => position, problems: [] };
  const endpoint = read(new Input(value, [name], source));
  throwProblems('REQUIREMENT_INVALID', source.problems);
  if (endpoint === null) throw new Error(`${name} was neither read nor refused`);
  return { endpoint, label: formatEndpoint(endpoint), position };
}
