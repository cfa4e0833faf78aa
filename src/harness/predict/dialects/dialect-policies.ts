import { EVERYTHING } from '../../../requirements/selector.ts';
import type { AdminPolicy, AdminRule } from '../../inventory/admin-model.ts';
import type { Inventory, NetworkPolicy, Note } from '../../inventory/model.ts';
import { ambientNotes, ambientPolicies } from './ambient.ts';
import { asTaken } from './as-taken.ts';
import { asItsVersionHas } from './cilium-since.ts';
import { clientAddressNotes } from './client-addresses.ts';
import { cacheNotes, cachePolicies } from './node-local-dns.ts';
import { standaloneNotes, standalonePolicies } from './standalone-pods.ts';
import { ciliumModeOf, isBefore } from './plugin-settings.ts';

const MODES = 'https://docs.cilium.io/en/stable/security/network/policyenforcement/';
const MISSING = 'https://docs.cilium.io/en/v1.15/network/kubernetes/policy/#networkpolicy-state';

/**
 * The inventory as the plugin that runs takes it: what it ignores is left out, and what it adds of its own is there as
 * policies, so that answers name it. Where no plugin is known it stays as it is.
 */
export function asEnforced(read: Inventory): Inventory {
  const inventory = asItsVersionHas(read);
  const { adminPolicies, plugin } = inventory;
  const beside = [...ambientPolicies(inventory), ...cachePolicies(inventory), ...standalonePolicies(inventory)];
  const ofMesh = adminPolicies.filter(({ kind }) => kind === 'Istio');
  if (plugin.name !== 'cilium')
    return beside.length === 0 ? inventory : { ...inventory, adminPolicies: [...adminPolicies, ...beside] };
  if (ciliumModeOf(plugin) === 'never')
    return { ...inventory, policies: [], adminPolicies: [...ofMesh, ...ambientPolicies(inventory)], unmodelled: [] };
  return {
    ...inventory,
    adminPolicies: [
      ...adminPolicies,
      ...beside,
      ...(ciliumModeOf(plugin) === 'always' ? [ALWAYS] : []),
      ...sctpOf(inventory),
    ],
  };
}

/** What of the input the plugin reads in a way of its own, or not at all; printed, and kept in the evidence. */
export function dialectNotes(inventory: Inventory): readonly Note[] {
  return [
    ...idleNotes(inventory),
    ...ciliumNotes(inventory),
    ...portNotes(inventory),
    ...ambientNotes(inventory),
    ...cacheNotes(inventory),
    ...clientAddressNotes(inventory),
    ...standaloneNotes(inventory),
  ];
}

function idleNotes({ plugin }: Inventory): readonly Note[] {
  if (plugin.name !== 'none') return [];
  return [
    { text: 'nothing enforces policies here: this is what they say, and what they deny may be open all the same' },
  ];
}

function ciliumNotes({ plugin, policies }: Inventory): readonly Note[] {
  if (plugin.name !== 'cilium') return [];
  const mode = ciliumModeOf(plugin);
  if (mode === 'never')
    return [{ text: `Cilium enforces no policies here (enable-policy=never): all is predicted open (${MODES})` }];
  const always = { text: `Cilium isolates every pod here, selected or not (enable-policy=always, ${MODES})` };
  const ranges = isBefore(plugin, 1, 16) ? policies.filter(hasRange) : [];
  return [
    ...(mode === 'always' ? [always] : []),
    ...ranges.map(({ id, position }) => ({
      text: `NetworkPolicy ${id} has an endPort, which Cilium before 1.16 ignores: the first port of the range alone is predicted (${MISSING})`,
      position,
    })),
  ];
}

/** Of plugins that read ports in a way of their own: what the answers rest on, or why there are none. */
function portNotes(inventory: Inventory): readonly Note[] {
  if (inventory.plugin.name === 'cilium') return [];
  const { policies, unmodelled } = asTaken(inventory);
  const remarks = policies.flatMap(({ remarks: { ingress, egress } }) => [...ingress, ...egress]);
  const doubts = unmodelled
    .filter((policy) => !inventory.unmodelled.includes(policy))
    .map(({ kind, id, reason, position }) => ({ text: `what ${kind} ${id} does is not known: ${reason}`, position }));
  return [...[...new Set(remarks)].map((text) => ({ text })), ...doubts];
}

function hasRange({ ingress, egress }: NetworkPolicy): boolean {
  return [...ingress, ...egress].some(({ ports = [] }) => ports.some(({ endPort }) => endPort !== undefined));
}

const AT = { file: 'cilium-config', line: 0, column: 0 };
const denyAll: AdminRule = { index: 0, action: 'deny', peers: [{ kind: 'everyone', position: AT }], position: AT };

const OF_ITS_OWN = {
  kind: 'Cilium',
  priority: 0,
  subject: { namespaceSelector: EVERYTHING, podSelector: EVERYTHING },
  position: AT,
  raw: undefined,
} as const;

/** Every endpoint denies what nobody allows. */
const ALWAYS: AdminPolicy = {
  ...OF_ITS_OWN,
  id: 'enable-policy=always',
  tier: 'baseline',
  isolates: true,
  ingress: [denyAll],
  egress: [denyAll],
};

/** https://docs.cilium.io/en/stable/configuration/sctp/ */
function sctpOf({ plugin: { settings } }: Inventory): readonly AdminPolicy[] {
  if (settings === undefined || settings['enable-sctp'] === 'true') return [];
  const rule: AdminRule = {
    ...denyAll,
    ports: [{ protocol: 'SCTP', position: AT }],
    doubt: 'Cilium carries SCTP only where enable-sctp is true (https://docs.cilium.io/en/stable/configuration/sctp/)',
  };
  return [{ ...OF_ITS_OWN, id: 'enable-sctp', tier: 'admin', ingress: [rule], egress: [rule] }];
}
