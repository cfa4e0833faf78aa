import type { RequirementSet } from '../../requirements/model.ts';
import { parseYaml } from '../../source/yaml.ts';
import { buildInventory } from '../inventory/build.ts';
import type { Inventory, NetworkPolicy } from '../inventory/model.ts';
import { resolveRequirements } from '../plan/requests.ts';
import { createPredictor } from '../predict/predictor.ts';
import { withDns } from './actors.ts';
import { claimsOf } from './claims.ts';
import { refuseContradictions } from './contradictions.ts';
import type { Proof, Suggestion } from './model.ts';
import { noticesOf } from './notices.ts';
import { suggestPolicies } from './policies.ts';
import { prove } from './proof.ts';
import { scopeOf, unstoppable } from './scope.ts';
import { comment, policiesYaml } from './yaml.ts';

/** The name under which positions cite the suggested text. */
const SUGGESTION_FILE = 'suggestion';

/**
 * The least-privilege NetworkPolicies that serve the requirements: a default deny in both directions for each namespace
 * in which endpoints of the sets lie, and for each workload there what its mayReach cases need, and no more. The text is
 * read back as a file of a user's would be, and the prediction with these policies alone says what they come to.
 *
 * The same input gives the same text, byte for byte.
 *
 * @param today `YYYY-MM-DD`, UTC: an expired requirement is not served
 * @throws MayreachError REQUIREMENT_INVALID where cases contradict each other, and as `resolveRequirements` does
 */
export function suggest(sets: readonly RequirementSet[], inventory: Inventory, today: string): Suggestion {
  const resolved = resolveRequirements(sets, inventory, { tolerant: false });
  const all = withDns(inventory);
  const claims = claimsOf(resolved, all, today);
  refuseContradictions(claims.may, claims.mayNot);
  const scope = scopeOf(sets, all, claims.mayNot);
  const suggested = suggestPolicies(claims, scope, all);
  const yaml = `${headerOf(sets)}${policiesYaml(suggested)}`;
  const policies = readBack(yaml);
  const alone = { ...all, policies, unmodelled: [] };
  const predictor = createPredictor(alone);
  const unserved = [...claims.unserved, ...unstoppable(claims.mayNot, scope)];
  const proof = prove({ inventory: alone, predictor, resolved, scope, may: claims.may, unserved, suggested, today });
  return {
    namespaces: scope.namespaces,
    suggested,
    yaml: `${yaml}${footerOf(proof)}`,
    policies,
    predictor,
    proof,
    notes: noticesOf(
      inventory,
      scope,
      claims,
      resolved.map(({ requirement }) => requirement),
      today,
    ),
  };
}

function headerOf(sets: readonly RequirementSet[]): string {
  const names = sets.map(({ name }) => name).join(', ');
  return `${comment(`What the requirements of ${names} need, and nothing more: suggested by mayreach.`)}\n`;
}

/** After the policies, so that their lines stay where the proof cites them. */
function footerOf({ notMet, excess }: Proof): string {
  const lines = [
    ...notMet.flatMap(({ requirement: { id }, reasons }) => reasons.map((reason) => `Not met: ${id}: ${reason}`)),
    ...excess.map(
      ({ from, to, connections, certain, reason }) =>
        `Allowed${certain ? '' : ' perhaps'} though nobody asked: ${from} → ${to} ${connections.format()}: ${reason}`,
    ),
  ];
  return lines.map((line) => `${comment(line)}\n`).join('');
}

/** By the very reader that a user's manifests go through, so that the proof is of the text. */
function readBack(yaml: string): readonly NetworkPolicy[] {
  const documents = parseYaml(yaml, SUGGESTION_FILE);
  return buildInventory(
    documents.map((document) => ({ object: document.value, positionOf: document.positionOf.bind(document) })),
  ).policies;
}
