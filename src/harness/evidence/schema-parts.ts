import { z } from 'zod';

/** What several parts of the evidence are made of. */
export const position = z.strictObject({ file: z.string(), line: z.int(), column: z.int() });
export const timestamp = z.string().describe('RFC 3339, UTC');
export const verdict = z.enum(['met', 'violated', 'inconclusive', 'untested']);
export const basis = z.enum(['observed', 'predicted']);
export const direction = z.enum(['ingress', 'egress']);
export const protocol = z.enum(['TCP', 'UDP', 'SCTP']);

/** What one attempt, or all attempts of a cell together, came to. `mixed`: the attempts differ. */
export const outcome = z.enum([
  'open',
  'refused',
  'timed-out',
  'unreachable',
  'name-not-resolved',
  'accepted-not-identified',
  'not-measured',
  'mixed',
]);
