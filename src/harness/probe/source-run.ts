import { isIPv6 } from 'node:net';
import type { EvidenceAttempt } from '../evidence/schema.ts';
import type { AgentClient } from './agent-client.ts';
import type { MeasureOptions, Probe } from './model.ts';
import { attemptOf, isDenial } from './outcome.ts';
import { resolveResult, type AttemptRow, type ConnectCell, type ConnectLimits } from './protocol.ts';
import { patienceMs, rotated } from './schedule.ts';

/** What one source has to do in one round, and how far into the Latin square it begins. */
export interface SourceTask {
  readonly agent: AgentClient;
  readonly probes: readonly Probe[];
  readonly index: number;
  readonly sources: number;
  readonly limits: ConnectLimits;
  readonly graceMs: number;
  /** UDP tokens of this source begin with it. */
  readonly prefix: string;
  /** An address and port of a run-owned pod where nothing listens. */
  readonly nowhere: { readonly address: string; readonly port: number } | undefined;
  readonly signal: MeasureOptions['signal'];
  readonly mayDial: NonNullable<MeasureOptions['mayDial']>;
  readonly errors: MeasureOptions['errors'];
  readonly openBefore: MeasureOptions['openBefore'];
  readonly onProbeDone: () => void;
}

/** A UDP attempt carries its token, to be confirmed at the receiver. */
export interface Tried {
  readonly attempt: EvidenceAttempt;
  readonly token: string;
}

export interface ProbeTries {
  readonly probe: Probe;
  readonly tried: Tried[];
  resolved?: readonly string[];
  /** How many attempts there have to be. */
  due: number;
}

export interface SourceRound {
  readonly tries: ReadonlyMap<string, ProbeTries>;
  readonly reachedItself: boolean;
  readonly nowhereOpened: boolean;
  /** Why attempts are missing; undefined: the agent answered to the end. */
  readonly lost: string | undefined;
}

interface Dial {
  readonly id: number;
  readonly address: string;
  readonly cell: ConnectCell;
}

const ITSELF = -1;
const NOWHERE = -2;
/** An external peer does not say who it is: its handshake is all there is to wait for. */
const EXTERNAL_WAIT_MS = 300;
/** Itself answers at once, and so does what opens everything: a denial elsewhere is not worth a whole timeout. */
const OWN_TIMEOUT_MS = 1_000;

/** Runs one source's probes of one round: literal addresses at once, each name as soon as it is resolved. */
export class SourceRun {
  readonly #task: SourceTask;
  readonly #tries: Map<string, ProbeTries>;
  readonly #dialled: { readonly tries: ProbeTries; readonly address: string }[] = [];
  #reachedItself = false;
  #nowhereOpened = false;
  #lost: string | undefined;

  constructor(task: SourceTask) {
    this.#task = task;
    this.#tries = new Map(task.probes.map((probe) => [probe.key, { probe, tried: [], due: 0 }]));
  }

  async run(): Promise<SourceRound> {
    const { limits } = this.#task;
    const byName = Map.groupBy(this.#tries.values(), ({ probe }) => ('name' in probe.target ? probe.target.name : ''));
    const literal = byName.get('') ?? [];
    byName.delete('');
    const dials = literal.flatMap((tries) =>
      'address' in tries.probe.target ? this.#dial(tries, [tries.probe.target.address]) : [],
    );
    await Promise.all([
      this.#connect(this.#ownDials(), {
        ...limits,
        attempts: 1,
        timeoutMs: Math.min(OWN_TIMEOUT_MS, limits.timeoutMs),
      }),
      this.#connect(dials, limits),
      ...[...byName].map(([name, tries]) => this.#named(name, tries)),
    ]);
    return {
      tries: this.#tries,
      reachedItself: this.#reachedItself,
      nowhereOpened: this.#nowhereOpened,
      lost: this.#lost,
    };
  }

  async #named(name: string, waiting: readonly ProbeTries[]): Promise<void> {
    const { agent, limits, graceMs, errors } = this.#task;
    const { timeoutMs } = limits;
    if (errors?.reason !== undefined) return;
    const answer = await agent.ask({ do: 'resolve', name, timeoutMs }, resolveResult, timeoutMs + graceMs);
    if (!answer.ok) {
      this.#lost ??= answer.reason;
      errors?.count(answer.reason, waiting.length);
      return;
    }
    const { addresses, at, tookMs, code } = answer.value;
    const failed: EvidenceAttempt = {
      at: agent.time(at),
      durationMs: tookMs,
      outcome: 'name-not-resolved',
      errno: code ?? 'ENODATA',
    };
    const usable = this.#ofOwnFamilies(addresses).filter((address) => this.#task.mayDial(address, name));
    for (const tries of waiting) {
      tries.resolved = addresses;
      if (addresses.length > 0) continue;
      tries.tried.push({ attempt: failed, token: '' });
      tries.due = 1;
      this.#task.onProbeDone();
    }
    if (addresses.length > 0)
      await this.#connect(
        waiting.flatMap((tries) => this.#dial(tries, usable)),
        limits,
      );
  }

  // An address of a family that the pod does not have says nothing about the network, unless there is no other.
  #ofOwnFamilies(addresses: readonly string[]): readonly string[] {
    const own = new Set(this.#task.agent.pod.addresses.map((address) => isIPv6(address)));
    const usable = addresses.filter((address) => own.has(isIPv6(address)));
    return usable.length > 0 ? usable : addresses;
  }

  #dial(tries: ProbeTries, addresses: readonly string[]): Dial[] {
    const { protocol, port, responders } = tries.probe;
    const { attempts, timeoutMs } = this.#task.limits;
    const waitMs = responders ? timeoutMs : Math.min(EXTERNAL_WAIT_MS, timeoutMs);
    tries.due = addresses.length * attempts;
    return addresses.map((address) => {
      const id = this.#dialled.push({ tries, address }) - 1;
      return { id, address, cell: [id, protocol, address, port, waitMs, responders === undefined] };
    });
  }

  // Two dials that tell of the source itself: that it can reach anything, and that not everything "opens".
  #ownDials(): Dial[] {
    const { agent, nowhere } = this.#task;
    const [address] = agent.pod.addresses;
    const dial = (id: number, to: string, port: number): Dial => ({
      id,
      address: to,
      cell: [id, 'TCP', to, port, 1_000, false],
    });
    const itself = address !== undefined && agent.ownPort !== undefined ? [dial(ITSELF, address, agent.ownPort)] : [];
    return nowhere ? [...itself, dial(NOWHERE, nowhere.address, nowhere.port)] : itself;
  }

  async #connect(dials: readonly Dial[], limits: ConnectLimits): Promise<void> {
    const { agent, index, sources, prefix, graceMs, signal, errors } = this.#task;
    if (dials.length === 0 || signal.aborted || errors?.reason !== undefined) return;
    const cells = rotated(dials, index, sources).map(({ cell }) => cell);
    const job = { do: 'connect', prefix, limits, cells } as const;
    let due = cells.length * limits.attempts;
    const answer = await agent.connect(job, patienceMs(limits, graceMs), (rows) => {
      due -= rows.length;
      rows.forEach((row) => this.#take(row));
    });
    if (answer.ok) return;
    this.#lost ??= answer.reason;
    errors?.count(answer.reason, due);
  }

  #take(row: AttemptRow): void {
    const [id, number, at, , outcome] = row;
    if (id === ITSELF) this.#reachedItself ||= outcome === 'open';
    if (id === NOWHERE) this.#nowhereOpened ||= outcome === 'open' || outcome === 'accepted-not-identified';
    const dialled = this.#dialled[id];
    if (!dialled) return;
    const { tries, address } = dialled;
    const { agent, prefix, onProbeDone, errors } = this.#task;
    errors?.count(this.#failureOf(row, tries.probe));
    tries.tried.push({
      attempt: attemptOf(row, tries.probe, address, agent.time(at)),
      token: `${prefix}/${id}/${number}`,
    });
    if (tries.tried.length === tries.due) onProbeDone();
  }

  // Whether a datagram arrived only its receiver knows, later.
  #failureOf([, , , , outcome, errno]: AttemptRow, { key, protocol }: Probe): string | undefined {
    if (outcome === 'not-measured') return errno ?? 'no result';
    const turnedAway = protocol === 'TCP' && isDenial(outcome) && this.#task.openBefore?.has(key) === true;
    return turnedAway ? `${outcome} where it was open before` : undefined;
  }
}
