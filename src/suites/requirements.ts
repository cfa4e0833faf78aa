import { standingOf } from '../harness/evidence/exit.ts';
import type { Evidence, EvidenceRequirement } from '../harness/evidence/schema.ts';
import type { Requirement } from '../requirements/model.ts';
import type { CaseOutcome, Suite, SuiteCase } from './model.ts';
import { remedyOf, storiesOf, type Story } from './story.ts';
import {
  attemptLine,
  controlLine,
  count,
  decisionLines,
  expectedOf,
  observedOf,
  statementOf,
  type Stated,
} from './wording.ts';

/** How many stories of one requirement, pairs of one story and attempts of one cell a case spells out. */
const MOST = { stories: 20, pairs: 20, attempts: 6 };

/** One suite per requirement set, in the order of the evidence, with a case per requirement. */
export function requirementSuites({ requirements }: Evidence): Suite[] {
  const sets = Map.groupBy(requirements, ({ set }) => set);
  return [...sets].map(([set, members]) => ({
    id: `requirements/${set}`,
    title: `Requirements of ${set}`,
    cases: members.map(caseOf),
  }));
}

/** The id under which `suitesOf` lists a requirement; `otherwise` is unique only in its set and carries its name. */
export function requirementCaseId({ id, set }: Pick<EvidenceRequirement, 'id' | 'set'>): string {
  return id === 'otherwise' ? `${set}/otherwise` : id;
}

/** The title of a requirement's case, for front ends that name it before anything is judged. */
export function requirementTitle(requirement: Requirement): string {
  const { from, to, on = [], expect } = requirement;
  return titleOf(requirement, { from: labelsOf(from), to: labelsOf(to), on: labelsOf(on), expect });
}

function labelsOf(refs: readonly { readonly label: string }[]): string[] {
  return refs.map(({ label }) => label);
}

function titleOf(requirement: Pick<EvidenceRequirement, 'id' | 'set'>, stated: Stated): string {
  return `${requirementCaseId(requirement)}: ${statementOf(stated)}`;
}

function caseOf(requirement: EvidenceRequirement): SuiteCase {
  const { outcome, message } = judged(requirement);
  return {
    id: requirementCaseId(requirement),
    title: titleOf(requirement, requirement),
    classname: `mayreach.requirements.${requirement.set}`,
    position: requirement.position,
    outcome,
    ...(message === undefined ? {} : { message }),
    details: detailsOf(requirement),
    facts: factsOf(requirement),
    ...timesOf(requirement),
  };
}

function judged(requirement: EvidenceRequirement): { outcome: CaseOutcome; message?: string } {
  const { text, accepted, cells } = requirement;
  const standing = standingOf(requirement);
  switch (standing) {
    case 'met':
      return { outcome: 'passed' };
    case 'violated':
      return { outcome: 'failed', message: accepted ? `${text} (its acceptance ended on ${accepted.until})` : text };
    // Its text says when it expired.
    case 'expired':
      return { outcome: 'failed', message: text };
    case 'accepted':
      return {
        outcome: 'skipped',
        message: accepted
          ? `accepted until ${accepted.until} by ${accepted.approvedBy}: ${accepted.because}. ${text}`
          : text,
      };
    case 'inconclusive':
    case 'untested': {
      const missing = cells.find(({ verdict }) => verdict === standing)?.missing;
      const message = missing === undefined || text.includes(missing) ? text : `${text}: ${missing}`;
      return { outcome: standing === 'untested' ? 'skipped' : 'errored', message };
    }
  }
}

function factsOf(requirement: EvidenceRequirement): [string, string][] {
  const { verdict, basis, cells, replay } = requirement;
  return [
    ['verdict', `${verdict} (${basis}), ${count(cells.length, 'cell')}`],
    ['expected', expectedOf(requirement)],
    ...metadataOf(requirement),
    ['replay', replay],
  ];
}

function detailsOf(requirement: EvidenceRequirement): string[] {
  const { verdict, leftOut, accepted } = requirement;
  const stories = storiesOf(requirement);
  const lines = factsOf(requirement).map(([name, value]) => `${name}: ${value}`);
  lines.push(...stories.slice(0, MOST.stories).flatMap(storyLines));
  if (stories.length > MOST.stories)
    lines.push(`and ${stories.length - MOST.stories} more, each for a reason of its own`);
  if (verdict === 'met' && accepted !== undefined) lines.push('its acceptance is no longer needed');
  return [...lines, ...leftOut.map((member) => `left out: ${member}`)];
}

function storyLines({ cell, cells, pairs }: Story): string[] {
  const { verdict, predicted, text, control, attempts = [] } = cell;
  const remedy = remedyOf(cell);
  const affected = pairs.slice(0, MOST.pairs).map((pair) => `  ${pair.from} -> ${pair.to}  ${pair.connections}`);
  if (pairs.length > MOST.pairs) affected.push(`  and ${count(pairs.length - MOST.pairs, 'more pair')}`);
  return [
    `${verdict}: ${count(cells.length, 'cell')}`,
    ...affected,
    `  why: ${text}`,
    ...(remedy === undefined ? [] : [`  to do: ${remedy}`]),
    `  predicted: ${predicted}`,
    ...decisionLines(cell).map((line) => `    ${line}`),
    `  observed: ${observedOf(cell)}`,
    ...attempts.slice(0, MOST.attempts).map((attempt) => `    ${attemptLine(attempt)}`),
    ...(control === undefined ? [] : [`  control: ${controlLine(control)}`]),
  ];
}

/** Name and value of what the author said about a requirement, in reading order. */
export function metadataOf(requirement: EvidenceRequirement): [string, string][] {
  const { owner, because, controls, ticket, expires, accepted } = requirement;
  const pairs: [string, string | undefined][] = [
    ['because', because],
    ['owner', owner],
    ['evidence toward', controls.length === 0 ? undefined : controls.join(', ')],
    ['ticket', ticket],
    ['expires', expires],
    ['accepted', accepted && `until ${accepted.until} by ${accepted.approvedBy}: ${accepted.because}`],
  ];
  return pairs.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
}

function timesOf({ cells }: EvidenceRequirement): Pick<SuiteCase, 'at' | 'durationMs'> {
  let at: string | undefined;
  let start = Infinity;
  let end = -Infinity;
  for (const attempt of cells.flatMap(({ attempts = [] }) => attempts)) {
    const began = Date.parse(attempt.at);
    if (began < start) [start, at] = [began, attempt.at];
    end = Math.max(end, began + attempt.durationMs);
  }
  return at === undefined ? {} : { at, durationMs: end - start };
}
