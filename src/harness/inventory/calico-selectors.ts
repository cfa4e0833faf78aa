import type { Expression } from './expression.ts';

/** What is wrong with a selector, as a sentence's end. */
export class SelectorError extends Error {
  override readonly name = 'SelectorError';
}

/** `global` stands where `global()` does: only a namespaceSelector may hold it. */
export type ParsedSelector = Expression | 'global';

type Token =
  | { readonly kind: 'symbol'; readonly text: string }
  | { readonly kind: 'literal' | 'label' | 'has' | 'call' | 'operator'; readonly text: string };

const SPACES = /[ \t]*/y;
const SYMBOL = /==|!=|&&|\|\||[(){},!]/y;
const LITERAL = /"([^"]*)"|'([^']*)'/y;
const HAS = /has\([ \t]*([\w./-]+)[ \t]*\)/y;
const CALL = /(all|global)\([ \t]*\)/y;
const OPERATOR = /(contains|starts[ \t]*with|ends[ \t]*with|not[ \t]*in|in)(?![\w./-])/y;
const LABEL = /[\w./-]+/y;

/** Deeper nesting is no selector that a person wrote. */
const MOST_DEPTH = 100;

/**
 * Reads a selector of Calico; an empty one selects everything.
 * https://docs.tigera.io/calico/latest/reference/resources/networkpolicy#selectors
 * @throws SelectorError for what is none
 */
export function parseSelector(text: string): ParsedSelector {
  const tokens = tokenize(text);
  if (tokens.length === 0) return { is: 'all' };
  if (tokens.some(({ kind, text: name }) => kind === 'call' && name === 'global')) {
    if (tokens.length > 1) throw new SelectorError('must not have global() together with anything else');
    return 'global';
  }
  const parser = new Parser(tokens);
  const expression = parser.either(0);
  parser.end();
  return expression;
}

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text) ?? undefined;
    if (found !== undefined) at = pattern.lastIndex;
    return found;
  };
  for (take(SPACES); at < text.length; take(SPACES)) {
    tokens.push(nextToken(take, tokens.at(-1)?.kind === 'label', text.slice(at)));
  }
  return tokens;
}

function nextToken(take: (pattern: RegExp) => RegExpExecArray | undefined, afterLabel: boolean, rest: string): Token {
  const symbol = take(SYMBOL);
  if (symbol !== undefined) return { kind: 'symbol', text: symbol[0] };
  const literal = take(LITERAL);
  if (literal !== undefined) return { kind: 'literal', text: literal[1] ?? literal[2] ?? '' };
  if (afterLabel) {
    const operator = take(OPERATOR);
    if (operator !== undefined) return { kind: 'operator', text: operator[0].replaceAll(/[ \t]/g, '') };
    throw new SelectorError(`must have an operator (==, !=, in, not in, contains, …) before ${quote(rest)}`);
  }
  const has = take(HAS);
  if (has !== undefined) return { kind: 'has', text: has[1] ?? '' };
  const call = take(CALL);
  if (call !== undefined) return { kind: 'call', text: call[1] ?? '' };
  const label = take(LABEL);
  if (label === undefined || /^(has|all|global)\(/.test(rest)) {
    throw new SelectorError(`is no selector of Calico: ${quote(rest)} is not understood`);
  }
  return { kind: 'label', text: label[0] };
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** `||` binds less than `&&`. */
  either(depth: number): Expression {
    return this.#joined('or', '||', () => this.#joined('and', '&&', () => this.#operation(depth)));
  }

  end(): void {
    const rest = this.#tokens[this.#at];
    if (rest !== undefined) throw new SelectorError(`is no selector of Calico: ${quote(rest.text)} is too much`);
  }

  #joined(is: 'and' | 'or', symbol: string, part: () => Expression): Expression {
    const parts = [part()];
    while (this.#skip(symbol)) parts.push(part());
    const [first] = parts;
    return parts.length === 1 && first !== undefined ? first : { is, of: parts };
  }

  #operation(depth: number): Expression {
    if (depth > MOST_DEPTH) throw new SelectorError(`must not nest deeper than ${MOST_DEPTH}`);
    let isNegated = false;
    while (this.#skip('!')) isNegated = !isNegated;
    const found = this.#plain(depth);
    return isNegated ? { is: 'not', of: found } : found;
  }

  #plain(depth: number): Expression {
    if (this.#skip('(')) {
      const inner = this.either(depth + 1);
      if (!this.#skip(')')) throw new SelectorError('must have a ) for each (');
      return inner;
    }
    const token = this.#tokens[this.#at++];
    if (token?.kind === 'has') return { is: 'has', key: token.text };
    if (token?.kind === 'call') return { is: 'all' };
    if (token?.kind === 'label') return this.#comparison(token.text);
    throw new SelectorError(
      token === undefined
        ? 'ends where a condition is expected'
        : `must have a condition in place of ${quote(token.text)}`,
    );
  }

  #comparison(key: string): Expression {
    if (this.#skip('==')) return { is: 'in', key, values: [this.#literal()] };
    if (this.#skip('!=')) return { is: 'not', of: { is: 'in', key, values: [this.#literal()] } };
    const token = this.#tokens[this.#at++];
    switch (token?.kind === 'operator' ? token.text : '') {
      case 'in':
        return { is: 'in', key, values: this.#set() };
      case 'notin':
        return { is: 'not', of: { is: 'in', key, values: this.#set() } };
      case 'contains':
        return { is: 'contains', key, value: this.#literal() };
      case 'startswith':
        return { is: 'starts with', key, value: this.#literal() };
      case 'endswith':
        return { is: 'ends with', key, value: this.#literal() };
      default:
        throw new SelectorError(`must say what the label ${key} is compared with`);
    }
  }

  #set(): readonly string[] {
    if (!this.#skip('{')) throw new SelectorError("must have a set such as {'a', 'b'} after in");
    const values: string[] = [];
    while (this.#tokens[this.#at]?.kind === 'literal') {
      values.push(this.#literal());
      if (!this.#skip(',')) break;
    }
    if (!this.#skip('}')) throw new SelectorError('must have a } for each {, and quotes around each value');
    return values;
  }

  #literal(): string {
    const token = this.#tokens[this.#at++];
    if (token?.kind === 'literal') return token.text;
    throw new SelectorError(`must have a value in quotes${token === undefined ? '' : `, not ${quote(token.text)}`}`);
  }

  #skip(symbol: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'symbol' || token.text !== symbol) return false;
    this.#at += 1;
    return true;
  }
}

function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
