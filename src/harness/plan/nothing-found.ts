import type { Endpoint, EndpointRef, NamespaceChoice } from '../../requirements/model.ts';
import { formatSelector, type LabelSelector } from '../../requirements/selector.ts';
import { formatPosition } from '../../source/position.ts';
import { nearest } from '../../source/suggest.ts';
import type { Inventory, Service, Workload } from '../inventory/model.ts';
import { workloadsBehind } from '../predict/ends/services.ts';
import { chosenNamespaces, undefinedHint } from './namespaces.ts';

/** Whether a service, by its namespace and name, is the one that an endpoint names. */
export function isNamedBy(endpoint: Endpoint & { kind: 'service' }): (service: Service) => boolean {
  return ({ namespace, name }) => namespace === endpoint.namespace && name === endpoint.name;
}

/** What an endpoint without members asks for in vain. */
export function nothingFound({ endpoint, label }: EndpointRef): string {
  switch (endpoint.kind) {
    case 'workload':
      return `${label} selects nothing: there is no workload ${endpoint.namespace}/${endpoint.name}${
        endpoint.workloadKind ? ` of kind ${endpoint.workloadKind}` : ''
      }`;
    case 'pods':
      if (isEverything(endpoint.pods)) {
        return `${label} selects nothing: there is no workload in ${namespacesText(endpoint.namespaces)}`;
      }
      return `${label} selects nothing: no workload in ${namespacesText(endpoint.namespaces)} has the labels ${formatSelector(endpoint.pods)}`;
    case 'service':
      return `${label} selects nothing: there is no service ${endpoint.namespace}/${endpoint.name} with a workload behind it`;
    case 'host':
    case 'cidr':
    case 'outsider':
    case 'anyone':
      return `${label} selects nothing`;
  }
}

function isEverything({ matchLabels, matchExpressions }: LabelSelector): boolean {
  return Object.keys(matchLabels).length === 0 && matchExpressions.length === 0;
}

function namespacesText(choice: NamespaceChoice): string {
  return choice.by === 'name' ? `namespace ${choice.name}` : `namespaces labelled ${formatSelector(choice.selector)}`;
}

/** What was probably meant, or what there is. */
export function hintFor(endpoint: Endpoint, inventory: Inventory): string {
  if (endpoint.kind === 'workload' || endpoint.kind === 'service') {
    const names = (endpoint.kind === 'workload' ? inventory.workloads : inventory.services).map(
      ({ namespace, name }) => `${namespace}/${name}`,
    );
    const others = endpoint.kind === 'workload' ? inventory.workloads.filter(isOfAnotherKind(endpoint)) : [];
    if (others.length > 0) return `Did you mean ${others.map(({ id }) => id).join(' or ')}?`;
    const service = endpoint.kind === 'service' ? inventory.services.find(isNamedBy(endpoint)) : undefined;
    if (service !== undefined) return hintOfService(service, inventory);
    const near = nearest(`${endpoint.namespace}/${endpoint.name}`, names);
    if (near !== undefined) return `Did you mean ${near}?`;
    return names.length === 0 ? 'The inventory is empty: check `manifests:`' : `There are: ${few(names)}`;
  }
  if (endpoint.kind === 'pods') return labelHint(endpoint.pods, endpoint.namespaces, inventory);
  return 'Check its spelling';
}

/** Whether the name is right and the kind alone is not. */
function isOfAnotherKind(endpoint: Endpoint & { kind: 'workload' }): (workload: Workload) => boolean {
  return ({ namespace, name }) => namespace === endpoint.namespace && name === endpoint.name;
}

function hintOfService(service: Service, inventory: Inventory): string {
  const behind = workloadsBehind(inventory, service);
  const [first] = behind;
  if (first === undefined) {
    const selector = formatSelector({ matchLabels: service.selector ?? {}, matchExpressions: [] });
    return `It is at ${formatPosition(service.position)}, and no workload of its namespace has the labels ${selector}`;
  }
  return `It is at ${formatPosition(service.position)}; its pods (${first.id}${behind.length > 1 ? ', …' : ''}) declare no port that it leads to`;
}

function labelHint(pods: LabelSelector, namespaces: NamespaceChoice, inventory: Inventory): string {
  const chosen = chosenNamespaces(namespaces, inventory);
  const there = inventory.workloads.filter(({ namespace }) => chosen.get(namespace) === 'sure');
  const unsure = [...chosen].filter(([, certainty]) => certainty === 'unsure').map(([name]) => name);
  if (unsure.length > 0) return undefinedHint(unsure);
  if (there.length === 0) return namespaceHint(namespaces, inventory);
  const labels = there.flatMap((workload) => Object.entries(workload.labels).map(([key, value]) => `${key}=${value}`));
  const near = nearest(formatSelector(pods), [...new Set(labels)]);
  return near === undefined ? `Labels there: ${few([...new Set(labels)])}` : `Did you mean ${near}?`;
}

function namespaceHint(choice: NamespaceChoice, { workloads }: Inventory): string {
  const names = [...new Set(workloads.map(({ namespace }) => namespace))].sort();
  const near = choice.by === 'name' ? nearest(choice.name, names) : undefined;
  if (near !== undefined) return `Did you mean ${near}?`;
  return names.length === 0 ? 'The inventory is empty: check `manifests:`' : `Namespaces with workloads: ${few(names)}`;
}

function few(names: readonly string[]): string {
  const shown = names.slice(0, 8).join(', ');
  return names.length > 8 ? `${shown}, … (${names.length})` : shown;
}
