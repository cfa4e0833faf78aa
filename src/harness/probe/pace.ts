/** How gently a network is dialled that others use, too. */
export interface Pace {
  /** A source, and each further attempt, begins up to so much later, at random: nothing is in step. */
  readonly jitterMs: number;
  /** New connections a second, of all sources together; absent: as many as the slots let through. */
  readonly perSecond?: number;
}
