/** What a figure may be at most, or must be at least. Bounds live here and in no test: a test never asserts on time. */
export interface Bound {
  readonly what: string;
  readonly measured: number;
  readonly atMost?: number;
  readonly atLeast?: number;
  /** `s`, `MB`, `times`. */
  readonly unit: string;
}

/** Figures beside each other; the first row of `rows` that is printed is `columns`. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** What one benchmark found. */
export interface BenchResult {
  readonly name: string;
  /** What was measured, in one sentence. */
  readonly about: string;
  readonly bounds: readonly Bound[];
  readonly tables: readonly Table[];
  readonly notes: readonly string[];
}

export interface BenchContext {
  readonly signal: AbortSignal;
  /** How often each figure is taken; the median counts. */
  readonly repeats: number;
  /** Where the growth of `scale` is drawn, as SVG; absent: nowhere. */
  readonly plotFile?: string;
  /** Where the benchmark says how far it is. */
  readonly tell: (text: string) => void;
}

export interface Benchmark {
  readonly name: string;
  readonly about: string;
  run(context: BenchContext): Promise<BenchResult>;
}

export function holds({ measured, atMost = Infinity, atLeast = -Infinity }: Bound): boolean {
  return measured <= atMost && measured >= atLeast;
}
