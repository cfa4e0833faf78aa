import type { CaseDetails, EndpointInput } from '../requirements/index.ts';
import type { EndpointRef } from '../requirements/model.ts';

/** `8080`, `'8000-8080/tcp'`, `'http'`, `'any'`; one or a list. */
export type Ports = NonNullable<CaseDetails['on']>;

declare module 'vitest' {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    /**
     * Every member of the endpoint reaches every member of `to`; with `.not`, none reaches any. To be awaited.
     *
     * Predicted from files, or tried on the run's cluster, as the plugin's `cluster` says. What could not be told
     * fails either way. Without ports it means all that `to` declares; with `.not`, every protocol and port.
     */
    toReach(
      to: T extends EndpointRef ? EndpointInput : never,
      on?: Ports,
    ): [R] extends [Promise<void>] ? R : Promise<void>;
  }
}
