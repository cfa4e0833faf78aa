import type { Tier } from './chain.ts';
import type { Program, Selected } from './program.ts';

/** What is assumed of the plugin, where a tier decides something. */
export function enforcementNotes({ lanes }: Program): readonly string[] {
  return notesOfEnforcement(lanes.flat(3));
}

/** What is assumed where a tier's end decides. */
export function endNotes({ notes, endedBy }: Tier): readonly string[] {
  return [...notes, ...notesOfEnforcement(endedBy)];
}

function notesOfEnforcement(selected: readonly Selected[]): readonly string[] {
  const notes = selected.flatMap(({ policy: { enforcement } }) =>
    enforcement.kind === 'enforced' && enforcement.note !== undefined ? [enforcement.note] : [],
  );
  return [...new Set(notes)];
}
