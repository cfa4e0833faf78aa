import { styleText } from 'node:util';
import type { TestProject } from 'vitest/node';
import { printable } from '../reports/printable.ts';
import { ask } from './client.ts';
import { startHost } from './host/start.ts';
import { PLUGIN_NAME, type PluginApi } from './plugin-api.ts';

/** vitest's global set-up: one host for all files of the project. Returns the teardown. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const plugin = project.vite.config.plugins.find(({ name }) => name === PLUGIN_NAME);
  const api = plugin?.api as PluginApi | undefined;
  if (api === undefined) throw new TypeError('mayreach: its global set-up goes with its plugin');
  const host = await startHost(await api.settingsFor(project), {
    stage: (text) => {
      if (api.observes) print(`${printable(text)}\n`);
    },
    note: (text) => print(`${styleText('dim', 'note:', { stream: process.stderr })} ${printable(text)}\n`),
  });
  project.provide('mayreach', host.connection);
  const renew = async (): Promise<void> => host.renew(await api.settingsFor(project));
  project.onTestsRerun(renew);
  // Whoever watches cancels a run, not the watch.
  project.vitest.onCancel(() => (project.vitest.config.watch ? renew() : host.end()));
  // Judging begins at once. What goes wrong is told where it is asked for: unit tests run all the same.
  const ready = ask(host.connection, 'ready', {}).catch(() => undefined);
  // A cluster takes longer than a test may.
  if (api.observes) await ready;
  return () => host.end();
}

function print(text: string): void {
  process.stderr.write(`mayreach: ${text}`);
}
