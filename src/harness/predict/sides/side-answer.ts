import type { SideDecision } from '../model.ts';

/** What one end's policies say of one connection. */
export interface SideAnswer {
  readonly decision: SideDecision;
  /** Assumptions that it rests on. */
  readonly notes: readonly string[];
}
