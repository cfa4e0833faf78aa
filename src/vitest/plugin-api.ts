import type { TestProject } from 'vitest/node';
import type { HostSettings } from './channel.ts';

export const PLUGIN_NAME = 'mayreach';

/** What the global set-up finds at the plugin, as its `api`. */
export interface PluginApi {
  /** What the host needs to judge the project's files. */
  settingsFor(project: TestProject): Promise<HostSettings>;
  /** True: real traffic is tried, which takes its time. */
  readonly observes: boolean;
}
