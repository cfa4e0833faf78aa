import type { AdminRule, CalicoEnd } from '../../inventory/admin-model.ts';
import { allOf, NAMESPACE, OF_NAMESPACE } from '../../inventory/calico-ends.ts';
import { atomsOf, EVERY_ENDPOINT, formatExpression, translate, type Expression } from '../../inventory/expression.ts';
import { widenBlocks, type Widened } from './peers.ts';
import { sameness, type RuleMistake } from './rules.ts';

type Side = 'source' | 'destination';

/** Every mistake in what a rule asks of its two ends. */
export function endMistakes(rule: AdminRule, home: string): readonly RuleMistake[] {
  const { ends, position } = rule;
  if (ends === undefined) return [];
  return (['source', 'destination'] as const).flatMap((side) =>
    widenEnd(ends[side], side, home).map(({ kind, part, what }) => ({
      kind,
      changed: { ...rule, ends: { ...ends, [side]: part } },
      what,
      position,
    })),
  );
}

/** An end that asks for nothing is everyone, already. */
function widenEnd(end: CalicoEnd, side: Side, home: string): readonly Widened<CalicoEnd>[] {
  if (Object.keys(end).length === 0) return [];
  const { selector, nets } = end;
  const blocks = widenBlocks(nets ?? []).map(({ part, what, kind }) => ({
    kind,
    part: { ...end, nets: part },
    what: `${side} ${what}`,
  }));
  return [
    { kind: 'widen-peers', part: {}, what: `widened to every ${side}` },
    ...(selector === undefined ? [] : widenSelector(end, selector, side, home)),
    ...blocks,
    ...withoutExceptions(end, side, home),
  ];
}

function withoutExceptions(end: CalicoEnd, side: Side, home: string): readonly Widened<CalicoEnd>[] {
  const { notSelector, ...selecting } = end;
  const { notNets = [], ...rest } = end;
  const ofSelector = notSelector && `${side} without its exception ${endpointsText(notSelector, home)}`;
  return [
    ...(ofSelector === undefined ? [] : [{ kind: 'remove-exception' as const, part: selecting, what: ofSelector }]),
    ...notNets.map((net): Widened<CalicoEnd> => {
      const others = notNets.filter((one) => one !== net);
      const part = others.length === 0 ? rest : { ...rest, notNets: others };
      return { kind: 'remove-exception', part, what: `${side} without its exception ${net}` };
    }),
  ];
}

/** What a selector says of pods is taken away, or what it says of namespaces. */
function widenSelector(end: CalicoEnd, selector: Expression, side: Side, home: string): readonly Widened<CalicoEnd>[] {
  const { namespaces, pods } = partsOf(selector);
  const text = `${side} ${endpointsText(selector, home)}`;
  const found: Widened<CalicoEnd>[] = [];
  if (pods !== undefined && pods.is !== 'all') {
    const part = { ...end, selector: namespaces ?? EVERY_ENDPOINT };
    found.push({ kind: 'widen-pods', part, what: `${text} widened to every pod` });
  }
  if (namespaces !== undefined && !isWithout(namespaces) && sameness(namespaces) !== sameness(SOME_NAMESPACE)) {
    const part = { ...end, selector: allOf(SOME_NAMESPACE, pods) ?? SOME_NAMESPACE };
    found.push({ kind: 'widen-namespaces', part, what: `${text} widened to every namespace` });
  }
  return found;
}

const SOME_NAMESPACE: Expression = { is: 'has', key: NAMESPACE };

/** `global()`: what is in no namespace. */
function isWithout(expression: Expression): boolean {
  return expression.is === 'not' && sameness(expression.of) === sameness(SOME_NAMESPACE);
}

interface Parts {
  readonly namespaces: Expression | undefined;
  readonly pods: Expression | undefined;
}

function partsOf(expression: Expression): Parts {
  const all = expression.is === 'and' ? expression.of : [expression];
  const ofNamespaces = all.filter(isOfNamespaces);
  return {
    namespaces: allOf(...ofNamespaces),
    pods: allOf(...all.filter((one) => !ofNamespaces.includes(one))),
  };
}

function isOfNamespaces(expression: Expression): boolean {
  const atoms = atomsOf(expression);
  return atoms.length > 0 && atoms.every(({ key }) => key === NAMESPACE || key.startsWith(OF_NAMESPACE));
}

/** `app == 'web'`, `app == 'web' of namespaces env == 'prod'`; the namespace `home` goes without saying. */
export function endpointsText(expression: Expression, home: string): string {
  const { namespaces, pods } = partsOf(expression);
  const text = formatExpression(pods ?? EVERY_ENDPOINT);
  if (namespaces === undefined || isHome(namespaces, home)) return text;
  const labels = translate(namespaces, (key) => (key.startsWith(OF_NAMESPACE) ? key.slice(OF_NAMESPACE.length) : key));
  return `${text} of namespaces ${formatExpression(labels)}`;
}

function isHome(expression: Expression, home: string): boolean {
  return sameness(expression) === sameness({ is: 'in', key: NAMESPACE, values: [home] });
}
