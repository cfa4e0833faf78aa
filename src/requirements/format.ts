import type { Endpoint, NamespaceChoice } from './model.ts';
import { formatSelector, type LabelSelector } from './selector.ts';

/**
 * An endpoint spelled out on one line, as messages and reports name one that has no name of its own: `shop/web`,
 * `data/{app=postgres}`, `{env=prod}/*`, `shop/api[Service]`, `203.0.113.0/24`, `outsider`.
 */
export function formatEndpoint(endpoint: Endpoint): string {
  switch (endpoint.kind) {
    case 'workload':
      return `${endpoint.namespace}/${endpoint.name}${endpoint.workloadKind ? `[${endpoint.workloadKind}]` : ''}`;
    case 'pods':
      return `${formatNamespaces(endpoint.namespaces)}/${braced(endpoint.pods)}`;
    case 'service':
      return `${endpoint.namespace}/${endpoint.name}[Service]`;
    case 'host':
      return endpoint.host;
    case 'cidr':
      return endpoint.cidr;
    case 'outsider':
    case 'anyone':
      return endpoint.kind;
  }
}

function formatNamespaces(choice: NamespaceChoice): string {
  return choice.by === 'name' ? choice.name : braced(choice.selector);
}

function braced(selector: LabelSelector): string {
  const text = formatSelector(selector);
  return text === '*' ? text : `{${text}}`;
}
