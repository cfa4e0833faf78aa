import { randomBytes } from 'node:crypto';
import { createConnector } from '../../../../src/harness/clusters/api/attach.ts';
import type { KubeApi, KubeManifest, ObjectRef } from '../../../../src/harness/clusters/api/model.ts';
import { readCluster } from '../../../../src/harness/clusters/kubeconfig/read.ts';
import { readDocuments } from '../../../../src/harness/clusters/manifests/documents.ts';
import { createLedger } from '../../../../src/harness/clusters/standins/ledger.ts';
import { place } from '../../../../src/harness/clusters/standins/place.ts';
import type { StandInRun } from '../../../../src/harness/clusters/standins/pod-spec.ts';
import type { Outcome } from '../../../../src/harness/evidence/schema.ts';
import { buildInventory } from '../../../../src/harness/inventory/build.ts';
import type { Inventory } from '../../../../src/harness/inventory/model.ts';
import { createPredictor } from '../../../../src/harness/predict/predictor.ts';
import { agentSource } from '../../../../src/harness/probe/agent/source.ts';
import type { Connector, ProbePod } from '../../../../src/harness/probe/model.ts';
import { isDenial } from '../../../../src/harness/probe/outcome.ts';
import { createProber, type AttachedProber } from '../../../../src/harness/probe/prober.ts';
import { settle } from '../../../../src/harness/probe/settle.ts';
import { cellsBetween, controlsOf, oracleOf, probeOf, type Cell, type Oracle } from './cells.ts';
import { compare, isUnmeasured, type Judged } from './compare.ts';
import { placeNodePod } from './node-pod.ts';
import { OUTSIDE, outsideHost } from './outside.ts';
import type { Round } from './rounds.ts';
import { LISTEN, namespaceManifests, podDemands } from './scene.ts';
import { sentinelDemands, sentinelOf, type Sentinel } from './sentinel.ts';

const SWEEP = { attempts: 1, timeoutMs: 1_000 } as const;
const MEASURE = { attempts: 2, timeoutMs: 2_000 } as const;
/** How often what could not be measured is measured again, whatever was predicted of it: a busy machine stalls pods. */
const AGAIN = 3;
const SETTLE_MS = 60_000;
const POD_LIFETIME_S = 7200;

/** Probe pods that stay, under policies that come and go. */
export interface Field {
  /** As the cluster is read by `--cluster kubeconfig`, without policies: pods, namespaces, the plugin. */
  readonly inventory: Inventory;
  readonly parties: readonly ProbePod[];
  /** Puts the round's policies in the place of the last one's, waits until the network is settled, measures once. */
  play(round: Round): Promise<Played>;
  /** Takes everything away again; at any moment, and as often as wanted. */
  remove(): Promise<void>;
}

export interface Played {
  readonly round: Round;
  readonly judged: readonly Judged[];
  readonly oracle: Oracle;
  /** Cells that could not be measured at first, each time counted. */
  readonly measuredAgain: number;
  readonly settledAfterMs: number;
}

/** Undone in reverse, each step written down before what it undoes is begun. */
type Undo = (() => Promise<unknown>)[];

export async function setUpField(kube: KubeApi): Promise<Field> {
  const undo: Undo = [];
  const remove = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const parts = await placeParties(kube, undo);
    return { inventory: parts.inventory, parties: parts.parties, play: player(kube, parts, undo), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

interface Parts {
  readonly inventory: Inventory;
  readonly parties: readonly ProbePod[];
  readonly prober: AttachedProber;
  readonly sentinel: Sentinel;
}

async function placeParties(kube: KubeApi, undo: Undo): Promise<Parts> {
  const runId = `diff${randomBytes(3).toString('hex')}`;
  const nonce = randomBytes(16).toString('hex');
  const ledger = createLedger(kube, runId);
  undo.push(() => ledger.removeAll());
  for (const manifest of namespaceManifests) await ledger.create(manifest);
  const outside = await outsideHost({ nonce, listen: LISTEN, ...(await wayIn(kube)) });
  undo.push(() => outside.remove());
  const run: StandInRun = {
    mode: 'ephemeral',
    runId,
    nonce,
    image: process.env['MAYREACH_PROBE_IMAGE'] || 'node:24-alpine',
    agentSource,
    activeDeadlineSeconds: POD_LIFETIME_S,
  };
  const { pods } = await place(kube, [...podDemands, ...sentinelDemands], {
    run,
    ledger,
    signal: new AbortController().signal,
  });
  const node = await placeNodePod(kube, ledger, run);
  const attach = createConnector(kube);
  const connector: Connector = (pod) => (pod.namespace === OUTSIDE ? Promise.resolve(outside.attach()) : attach(pod));
  const prober = await createProber([...pods, node, outside.pod], connector, nonce);
  undo.push(() => prober.close());
  const { inventory } = await readCluster(kube);
  const sentinel = sentinelOf(kube, prober, pods, inventory.plugin.name === 'cilium');
  undo.push(() => sentinel.remove());
  const wanted = new Set(podDemands.map(({ id }) => id));
  return { inventory, parties: [...pods.filter(({ id }) => wanted.has(id)), node, outside.pod], prober, sentinel };
}

/** From beside the node to its pods. */
async function wayIn(kube: KubeApi): Promise<{ readonly podNetwork: string; readonly via: string }> {
  const { items } = await kube.list('/api/v1/nodes');
  const { podCIDR } = (items[0]?.['spec'] ?? {}) as { readonly podCIDR?: string };
  const { addresses = [] } = (items[0]?.['status'] ?? {}) as {
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
  };
  const via = addresses.find(({ type }) => type === 'InternalIP')?.address;
  if (podCIDR === undefined || via === undefined || items.length !== 1)
    throw new Error('there is not one node with pods');
  return { podNetwork: podCIDR, via };
}

function player(kube: KubeApi, { inventory, parties, prober, sentinel }: Parts, undo: Undo): Field['play'] {
  const cells = cellsBetween(parties);
  const controls = controlsOf(parties);
  const probes = [...cells, ...controls].map(probeOf);
  const { signal } = new AbortController();
  let standing: readonly KubeManifest[] = [];
  const removePolicies = async (): Promise<void> => {
    const gone = standing;
    standing = [];
    await Promise.all(gone.map(async (policy) => kube.remove(await kube.pathOf(refOf(policy)))));
  };
  undo.push(removePolicies);
  return async (round) => {
    const old = removePolicies();
    standing = round.policies;
    await Promise.all([old, ...round.policies.map((policy) => kube.apply(policy))]);
    const slowestCanaryMs = await sentinel.flip();
    // What a stalled pod could not measure says nothing of a change.
    const seen = new Map<string, Outcome>();
    const sweep = async (): Promise<ReadonlyMap<string, Outcome>> => {
      const { observations } = await prober.measure(probes, { ...SWEEP, signal });
      for (const { key, outcome, doubt } of observations.values()) {
        if (doubt === undefined && (outcome === 'open' || isDenial(outcome))) seen.set(key, outcome);
      }
      return new Map(seen);
    };
    const { settled, durationMs } = await settle(sweep, { slowestCanaryMs, deadlineMs: SETTLE_MS, signal });
    if (!settled)
      throw new Error(`${round.file}: the network did not settle within ${SETTLE_MS / 1000} s\n${round.yaml}`);
    const under = underPolicies(inventory, round);
    const oracle = oracleOf(createPredictor(under), under);
    const measure = async (wanted: readonly Cell[]): Promise<readonly Judged[]> => {
      const batch = await prober.measure([...wanted, ...controls].map(probeOf), { ...MEASURE, signal });
      return compare(wanted, oracle, batch);
    };
    let judged = await measure(cells);
    let measuredAgain = 0;
    for (let turn = 0; turn < AGAIN; turn += 1) {
      const open = judged.filter(isUnmeasured).map(({ cell }) => cell);
      if (open.length === 0) break;
      measuredAgain += open.length;
      judged = [...judged.filter((one) => !isUnmeasured(one)), ...(await measure(open))];
    }
    return { round, judged, oracle, measuredAgain, settledAfterMs: slowestCanaryMs + durationMs };
  };
}

/** The cluster's pods and namespaces under the policies of the file, in whose lines the reasons point. */
function underPolicies(inventory: Inventory, { file, yaml }: Round): Inventory {
  const { policies, adminPolicies, unmodelled } = buildInventory(readDocuments(yaml, file) ?? []);
  return { ...inventory, policies, adminPolicies, unmodelled };
}

function refOf({ apiVersion, kind, metadata: { name, namespace } }: KubeManifest): ObjectRef {
  return { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
}
