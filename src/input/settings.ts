import { DEFAULT_TIMEOUT_MS, type Progress, type RunOptions, type Stay } from '../harness/run/options.ts';
import { checkRun } from '../requirements/index.ts';
import type { RequirementSet } from '../requirements/model.ts';
import { MayreachError } from '../source/error.ts';
import { aboutRun } from './about.ts';
import { resolveCluster, type ClusterChoice } from './cluster.ts';
import { resolveExternal, type ExternalChoice } from './external.ts';
import { manifestPaths, readInput } from './paths.ts';

/** Where the reports go where nothing is said. */
export const DEFAULT_OUT = 'mayreach-report';

/** One run, as code asks for it. Everything has the command line's default. */
export interface RunSettings {
  /** Requirement files or folders; a folder without any is manifests. */
  readonly paths?: readonly string[] | undefined;
  /** Requirements that builders made, besides those of `paths`. */
  readonly sets?: readonly RequirementSet[] | undefined;
  /** Files or folders, relative to the working directory; `-` is stdin. Besides those that requirements name. */
  readonly manifests?: readonly string[] | undefined;
  /** Default: `manifests`. */
  readonly cluster?: ClusterChoice | undefined;
  /** Ids: judge these requirements alone. */
  readonly only?: readonly string[] | undefined;
  /** True: probes may dial public addresses. A list: only these hosts, addresses and ranges. Default: false. */
  readonly allowExternal?: ExternalChoice | undefined;
  /** How long a connection may take, ms. */
  readonly timeoutMs?: number | undefined;
  /** Where a cluster that is kept leaves its kubeconfig. `run` writes no reports: `writeReports` does. */
  readonly out?: string | undefined;
  /** What the evidence says was typed. Default: this process's arguments. */
  readonly command?: readonly string[] | undefined;
  /** Ends the run; everything that it created is removed first. */
  readonly signal?: AbortSignal | undefined;
  readonly progress?: Progress | undefined;
  /** Has the word when the run is judged, while an ephemeral cluster is still up. */
  readonly stay?: Stay | undefined;
}

const SILENT: Progress = { stage: () => undefined, count: () => undefined, note: () => undefined };

/**
 * The settings with their files read and every default put in: nothing downstream looks at the environment.
 * @throws MayreachError for settings and files that make no run
 */
export async function resolveSettings(settings: RunSettings, env = process.env): Promise<RunOptions> {
  const { paths = [], sets = [], only = [], signal, progress } = settings;
  const cluster = resolveCluster(settings.cluster, env);
  const read = await readInput(paths, settings.manifests ?? []);
  const all = [...read.sets, ...sets];
  checkRun(all);
  return {
    sets: all,
    manifests: manifestPaths(read.manifests, sets),
    cluster,
    ...(only.length === 0 ? {} : { only }),
    allowExternal: resolveExternal(settings.allowExternal),
    timeoutMs: checkedTimeout(settings.timeoutMs ?? DEFAULT_TIMEOUT_MS),
    about: await aboutRun(settings.command ?? process.argv.slice(1), paths),
    outFolder: settings.out ?? DEFAULT_OUT,
    now: () => new Date(),
    signal: signal ?? new AbortController().signal,
    progress: progress ?? SILENT,
    ...(settings.stay === undefined ? {} : { stay: settings.stay }),
  };
}

function checkedTimeout(ms: number): number {
  if (Number.isInteger(ms) && ms >= 100 && ms <= 60_000) return ms;
  throw new MayreachError(`a timeout of ${ms}: expected milliseconds, 100 to 60000`, { code: 'USAGE' });
}
