/**
 * What Kubernetes takes as a name or a label. Each check gives what is wrong with the text, or undefined.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
 */
type Check = (text: string) => string | undefined;

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

/** Of a namespace or a service. */
export const namespaceProblem: Check = (text) => {
  if (text.length > 63) return 'has more than 63 characters';
  return LABEL.test(text) ? undefined : "must be lower-case letters, digits and '-', a letter or digit at both ends";
};

/** Of a workload. */
export const objectNameProblem: Check = (text) => {
  if (text.length > 253) return 'has more than 253 characters';
  if (text.split('.').every((part) => LABEL.test(part))) return undefined;
  return "must be lower-case letters, digits, '-' and '.', a letter or digit at both ends of each part";
};

export const labelKeyProblem: Check = (text) => {
  const [name = '', prefix, ...more] = text.split('/').reverse();
  if (more.length > 0) return 'has more than one slash';
  if (prefix !== undefined && objectNameProblem(prefix) !== undefined) {
    return 'must have a DNS name in lower case before its slash';
  }
  return nameProblem(name);
};

export const labelValueProblem: Check = (text) => (text === '' ? undefined : nameProblem(text));

function nameProblem(text: string): string | undefined {
  if (text.length > 63) return 'has more than 63 characters';
  return NAME.test(text) ? undefined : "must be letters, digits, '-', '_' and '.', a letter or digit at both ends";
}
