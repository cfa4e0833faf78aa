import type { AuditRules, CriticalNamespaces, Direction, NamespaceChoice } from '../../requirements/model.ts';
import { formatSelector, selects } from '../../requirements/selector.ts';
import type { Position } from '../../source/position.ts';
import type { EvidenceFinding } from '../evidence/schema.ts';
import type { Namespace } from '../inventory/model.ts';
import { maySelect } from './peers.ts';

/** What the files' `audit:` blocks ask of namespaces. */
export class Demands {
  readonly #audits: readonly AuditRules[];
  readonly #namespaces: readonly Namespace[];

  constructor(audits: readonly AuditRules[], namespaces: readonly Namespace[]) {
    this.#audits = audits;
    this.#namespaces = namespaces;
  }

  /** Where a default deny in this direction is asked for. */
  defaultDeny(direction: Direction): Position | undefined {
    return this.#audits.find(({ defaultDeny }) => defaultDeny.includes(direction))?.position;
  }

  /** By which statement the namespace is critical. */
  critical(namespace: Namespace | undefined): CriticalNamespaces | undefined {
    if (namespace === undefined) return undefined;
    return this.#criticals().find(({ namespaces }) => chooses(namespaces, namespace));
  }

  /** By which statement a namespace may be critical of which only the name is known. */
  perhapsCritical(namespace: Namespace): { readonly by: CriticalNamespaces; readonly choice: string } | undefined {
    if (namespace.defined || this.critical(namespace) !== undefined) return undefined;
    const by = this.#criticals().find(
      ({ namespaces }) => namespaces.by === 'labels' && maySelect(namespaces.selector, namespace),
    );
    return by === undefined ? undefined : { by, choice: describeChoice(by.namespaces) };
  }

  /** Statements about critical namespaces that none of the inventory meets: misspelt, most likely. */
  findings(): EvidenceFinding[] {
    const missing = this.#criticals().filter(
      ({ namespaces }) => !this.#namespaces.some((namespace) => chooses(namespaces, namespace)),
    );
    return missing.map(({ namespaces, position }) => ({
      rule: 'critical-namespace-missing',
      severity: 'error',
      message: `no namespace of the inventory is ${describeChoice(namespaces)}${this.#unknownLabels(namespaces)}`,
      position,
      requiredBy: position,
      fails: true,
    }));
  }

  #criticals(): CriticalNamespaces[] {
    return this.#audits.flatMap(({ critical }) => critical);
  }

  #unknownLabels(choice: NamespaceChoice): string {
    const undefinedOnes = this.#namespaces.filter(({ defined }) => !defined).map(({ name }) => name);
    if (choice.by === 'name' || undefinedOnes.length === 0) return '';
    return ` (the labels of ${undefinedOnes.join(', ')} are not in the input)`;
  }
}

function chooses(choice: NamespaceChoice, { name, labels }: Namespace): boolean {
  return choice.by === 'name' ? choice.name === name : selects(choice.selector, labels);
}

function describeChoice(choice: NamespaceChoice): string {
  return choice.by === 'name' ? `called ${choice.name}` : `labelled ${formatSelector(choice.selector)}`;
}
