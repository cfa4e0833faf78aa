import type { Workload } from '../inventory/model.ts';
import { Doubts } from '../predict/doubts.ts';

/** Workloads that are asked about together, one of them in the place of all. */
export interface Asked {
  readonly example: Workload;
  readonly workloads: readonly Workload[];
}

/** What exposures rest on, and why something is not known: each once, with the workloads of which it holds. */
export class ExposureNotes {
  readonly #assumptions = new Set<string>();
  readonly #doubts = new Doubts();

  assume(note: string): void {
    this.#assumptions.add(note);
  }

  /** @param reason may name the example */
  notKnown(reason: string, asked: Asked): void {
    const { id } = asked.example;
    const of = reason.includes(id) ? '' : ` of ${id}`;
    this.say(`not listed as allowed, because not known${of}: ${reason}`, asked);
  }

  /** @param text that names the example */
  say(text: string, { example, workloads }: Asked): void {
    this.#doubts.say(
      text,
      example.id,
      workloads.map(({ id }) => id),
    );
  }

  texts(): readonly string[] {
    return [...this.#assumptions, ...this.#doubts.texts()];
  }
}
