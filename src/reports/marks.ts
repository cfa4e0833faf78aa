import type { Standing } from '../harness/evidence/exit.ts';
import type { PairState } from './pairs.ts';

/** A shape for each standing, so that colour is never the only sign. */
export const STANDING_MARKS: Readonly<Record<Standing, string>> = {
  met: '✓',
  violated: '✗',
  expired: '✗',
  inconclusive: '?',
  untested: '–',
  accepted: '!',
};

/** A shape for each pair of the matrix. */
export const PAIR_MARKS: Readonly<Record<PairState, string>> = {
  open: '●',
  blocked: '·',
  partly: '◐',
  violated: '✗',
  inconclusive: '?',
  untested: '–',
  accepted: '!',
};

/** What the shapes mean, in the order of a legend. */
export const PAIR_MEANINGS: readonly (readonly [PairState, string])[] = [
  ['open', 'open, as required'],
  ['blocked', 'blocked, as required'],
  ['partly', 'open on some ports, blocked on others, as required'],
  ['violated', 'violated'],
  ['inconclusive', 'inconclusive'],
  ['untested', 'untested'],
  ['accepted', 'violated, accepted'],
];
