import type { Workload } from '../inventory/model.ts';
import { ConnectionSet } from '../predict/sets/connections.ts';
import type { Allowance, Decision, Prediction } from '../predict/model.ts';
import type { CellPrediction, Predicted } from './cell.ts';
import type { CellContext } from './context.ts';

/** One answer for several endpoints or addresses of one destination. */
export function together(decisions: readonly (() => Decision)[], outcomes: readonly Allowance[]): CellPrediction {
  const predicted = merge(outcomes);
  const telling = outcomes.findIndex((outcome) => outcome !== 'allowed');
  const decide = decisions[Math.max(telling, 0)];
  return { predicted, byName: false, decide: decide ?? unknowable };
}

/** The answer to everything that is not known, and why. */
export function notKnown(reason: string): CellPrediction {
  return { predicted: 'unknown', byName: false, decide: () => ({ ...unknowable(), reason }) };
}

function merge(outcomes: readonly Allowance[]): Predicted {
  const kinds = new Set(outcomes);
  if (kinds.has('allowed') && kinds.has('denied')) return 'mixed';
  if (kinds.has('unknown') || kinds.size === 0) return 'unknown';
  return kinds.has('allowed') ? 'allowed' : 'denied';
}

function unknowable(): Decision {
  const side = { outcome: 'unknown', isolatedBy: [], allowedBy: [] } as const;
  return { outcome: 'unknown', egress: side, ingress: side, reason: 'nothing is known to stand behind it' };
}

/** Adds what a name needs first: an answer from the cluster's DNS, over UDP port 53. */
export function andName(connection: CellPrediction, source: Workload, { predictor, dns }: CellContext): CellPrediction {
  if (connection.predicted === 'denied') return connection;
  const answers = dns.map((server) => ({ server, decision: predictor.between(source, server).decide('UDP', 53) }));
  if (answers.some(({ decision }) => decision.outcome === 'allowed')) return connection;
  const best = answers.find(({ decision }) => decision.outcome === 'unknown') ?? answers[0];
  if (best === undefined) return connection;
  const { server, decision } = best;
  const state = decision.outcome === 'denied' ? 'denied' : 'not known to be allowed';
  const reason = `the name does not resolve: DNS (UDP 53 to ${server.id}) is ${state}`;
  return { predicted: decision.outcome, byName: true, decide: () => ({ ...decision, reason }) };
}

/**
 * One prediction over all addresses of a host: allowed where every address is, denied where none is; what lies
 * between is `unknown`, since it hangs on which address is meant.
 */
export function overAll(predictions: readonly Prediction[], undetermined: string): Prediction {
  const allowed = predictions.reduce((set, one) => set.intersect(one.allowed), ConnectionSet.ALL);
  const possible = predictions.reduce((set, one) => set.union(one.allowed).union(one.unknown), ConnectionSet.NONE);
  const unknown = possible.subtract(allowed);
  return {
    allowed,
    unknown,
    notes: [...new Set(predictions.flatMap(({ notes }) => notes))],
    decide: (protocol, port) => {
      const decisions = predictions.map((one) => one.decide(protocol, port));
      const telling = decisions.find(({ outcome }) => outcome !== 'allowed') ?? decisions[0] ?? unknowable();
      if (!unknown.contains(protocol, port)) return telling;
      return { ...telling, outcome: 'unknown', reason: undetermined };
    },
  };
}
