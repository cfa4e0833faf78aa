import { boolYaml11Tag, CORE_SCHEMA, floatCoreTag, intCoreTag, mergeTag, NOT_RESOLVED, type Schema } from 'js-yaml';

const SIGNS_AND_DIGITS = ['-', '+', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
/** Digits of an integer by its base, as Go's strconv.ParseInt reads them with base 0. */
const INTEGER = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

/**
 * Plain scalars as kubectl and Helm read them, which is not YAML 1.2: `yes`, `no`, `on` and `off` are no strings, a
 * number with a leading zero is octal, and underscores in numbers do not count. So a label `enabled: yes` is refused by
 * the API server, and a port `0120` is 80. (`y` and `n` are no strings to kubectl either, but to newer parsers, Kustomize's
 * among them, and are taken for strings here.)
 * https://github.com/kubernetes-sigs/yaml and https://github.com/yaml/go-yaml/blob/v2.4.0/resolve.go
 */
export const KUBECTL_SCHEMA: Schema = CORE_SCHEMA.withTags(
  mergeTag,
  { ...boolYaml11Tag, resolve: readFlag },
  { ...intCoreTag, implicitFirstChars: [...SIGNS_AND_DIGITS], resolve: readInteger },
  { ...floatCoreTag, implicitFirstChars: ['.', ...SIGNS_AND_DIGITS], resolve: readFloat },
);

function readFlag(
  ...[source, isExplicit, tagName]: Parameters<typeof boolYaml11Tag.resolve>
): boolean | typeof NOT_RESOLVED {
  return source.length === 1 ? NOT_RESOLVED : boolYaml11Tag.resolve(source, isExplicit, tagName);
}

type Read = number | typeof NOT_RESOLVED;

function readInteger(source: string): Read {
  const [, sign, hexadecimal, binary, octal, decimal] = INTEGER.exec(source.replaceAll('_', '')) ?? [];
  const found = toNumber('0x', hexadecimal) ?? toNumber('0b', binary) ?? toNumber('0o', octal) ?? toNumber('', decimal);
  if (found === undefined) return NOT_RESOLVED;
  return sign === '-' ? -found : found;
}

function toNumber(prefix: string, digits: string | undefined): number | undefined {
  return digits === undefined ? undefined : Number(`${prefix}${digits}`);
}

/** What is no finite number stays what it is: it is wrong wherever a number is asked for. */
function readFloat(source: string): Read {
  const plain = source.startsWith('.') ? source : source.replaceAll('_', '');
  if (FLOAT.test(plain)) return Number(plain);
  if (/^[-+]?\.(?:inf|Inf|INF)$/.test(source)) return source.startsWith('-') ? -Infinity : Infinity;
  return /^\.(?:nan|NaN|NAN)$/.test(source) ? NaN : NOT_RESOLVED;
}
