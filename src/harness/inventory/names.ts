/**
 * What the API server takes as a name. Each function gives what is wrong with the text, or undefined.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
 */
type Check = (text: string) => string | undefined;

const DNS_LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const DNS_SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const QUALIFIED = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

/** Of a namespace. */
export const checkDnsLabel: Check = (text) => {
  if (text.length > 63) return 'must have at most 63 characters';
  if (!DNS_LABEL.test(text)) return "must be lower-case letters, digits and '-', with a letter or digit at both ends";
  return undefined;
};

/** Of a service. */
export const checkServiceName: Check = (text) => {
  const wrong = checkDnsLabel(text);
  if (wrong !== undefined) return wrong;
  return /^[a-z]/.test(text) ? undefined : 'must begin with a letter, as the name of a service';
};

/** Of most objects, policies and workloads among them. */
export const checkDnsSubdomain: Check = (text) => {
  if (text.length > 253) return 'must have at most 253 characters';
  if (!DNS_SUBDOMAIN.test(text)) {
    return "must be lower-case letters, digits, '-' and '.', with a letter or digit at both ends of each part";
  }
  return undefined;
};

export const checkLabelKey: Check = (text) => {
  const parts = text.split('/');
  const name = parts.at(-1) ?? '';
  if (parts.length > 2) return 'is no label key: it has more than one slash';
  if (parts.length === 2 && checkDnsSubdomain(parts[0] ?? '') !== undefined) {
    return 'is no label key: the part before the slash must be a DNS name';
  }
  if (name.length === 0 || name.length > 63) return 'is no label key: a name has 1 to 63 characters';
  if (!QUALIFIED.test(name)) {
    return "is no label key: letters, digits, '-', '_' and '.', with a letter or digit at both ends";
  }
  return undefined;
};

export const checkLabelValue: Check = (text) => {
  if (text === '') return undefined;
  if (text.length > 63) return 'is no label value: it has more than 63 characters';
  if (!QUALIFIED.test(text)) {
    return "is no label value: letters, digits, '-', '_' and '.', with a letter or digit at both ends";
  }
  return undefined;
};

/** Of a port in a container or a policy (an IANA service name). */
export const checkPortName: Check = (text) => {
  if (text.length === 0 || text.length > 15) return 'is no port name: it must have 1 to 15 characters';
  if (!/^[-a-z0-9]+$/.test(text)) return "is no port name: lower-case letters, digits and '-' only";
  if (!/[a-z]/.test(text)) return 'is no port name: it must have a letter';
  if (/--|^-|-$/.test(text)) return "is no port name: '-' must stand between letters or digits";
  return undefined;
};

export function isPort(port: number): boolean {
  return port >= 1 && port <= 65535;
}
