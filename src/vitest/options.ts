import type { ClusterChoice } from '../input/cluster.ts';
import type { ExternalChoice } from '../input/external.ts';

/** What `mayreach()` in a vitest config takes; what is left out is as on the command line. Paths are the root's. */
export interface MayreachOptions {
  /** Where requirements are judged. Default: `manifests`, predicted from files. */
  readonly cluster?: ClusterChoice | undefined;
  /** Files or folders, besides those that requirement files name. */
  readonly manifests?: string | readonly string[] | undefined;
  /** Ids: judge these requirements alone. */
  readonly only?: readonly string[] | undefined;
  /** Where evidence.json, junit.xml and report.html go. Default: `mayreach-report`. */
  readonly out?: string | undefined;
  /** True: probes may dial public addresses. A list: only these hosts, addresses and ranges. */
  readonly allowExternal?: ExternalChoice | undefined;
  /** How long a connection may take, ms. */
  readonly timeoutMs?: number | undefined;
}
