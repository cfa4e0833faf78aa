import { labelKeyProblem } from '../requirements/read/labels.ts';
import { MayreachError } from '../source/error.ts';

/** Who runs this and why, as annotations: on every object that a run creates on a live cluster. */
export type Annotations = Readonly<Record<string, string>>;

/** All annotations of one object, keys and values, bytes. https://kubernetes.io/docs/reference/labels-annotations-taints/ */
const MOST_BYTES = 256 * 1024;

/** They tell the cluster what to do with a pod: what is said here is for people. */
const NOT_FOR_PEOPLE =
  /(^|\.)(kubernetes\.io|k8s\.io|mayreach\.dev|istio\.io|linkerd\.io|hashicorp\.com|kuma\.io|cncf\.io|projectcalico\.org|cilium\.io)$/u;

/**
 * `example.com/owner=team-payments`: annotations by their keys; the last of two with one key counts.
 * @throws MayreachError USAGE for what is no annotation key, or one by which a cluster is steered
 */
export function parseAnnotations(texts: readonly string[]): Annotations {
  const pairs = texts.map((text): [string, string] => {
    const at = text.indexOf('=');
    if (at < 0) throw refused(text, 'expected KEY=VALUE');
    return [text.slice(0, at), text.slice(at + 1)];
  });
  return checkedAnnotations(Object.fromEntries(pairs));
}

/** @throws MayreachError USAGE */
export function checkedAnnotations(annotations: Annotations): Annotations {
  let bytes = 0;
  for (const [key, value] of Object.entries(annotations)) {
    const problem = labelKeyProblem(key);
    if (problem !== undefined) throw refused(`${key}=${value}`, `the key ${problem}`);
    const [prefix] = key.split('/');
    if (key.includes('/') && NOT_FOR_PEOPLE.test(prefix ?? '')) {
      throw refused(`${key}=${value}`, `annotations of ${prefix} steer what the cluster does with a pod`);
    }
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  // The run's own need a little room.
  if (bytes > MOST_BYTES / 2) throw refused('', `they have ${bytes} bytes, and an object may carry few more`);
  return annotations;
}

function refused(text: string, problem: string): MayreachError {
  return new MayreachError(`--annotate ${text.length > 200 ? `${text.slice(0, 200)}…` : text}: ${problem}`, {
    code: 'USAGE',
    hint: 'Say who runs this and why, as --annotate example.com/owner=team-payments --annotate example.com/ticket=PAY-113',
  });
}
