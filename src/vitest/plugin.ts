import { relative, resolve } from 'node:path';
import { configDefaults, type Plugin, type TestUserConfig } from 'vitest/config';
import type { TestProject, Vitest } from 'vitest/node';
import { DEFAULT_OUT } from '../input/settings.ts';
import { MayreachError } from '../source/error.ts';
import type { HostSettings } from './channel.ts';
import { moduleFile } from './module-file.ts';
import type { MayreachOptions } from './options.ts';
import { PLUGIN_NAME, type PluginApi } from './plugin-api.ts';
import { compileRequirements } from './transform.ts';

const REQUIREMENT_FILES = '**/*.reach.{yaml,yml}';
const REQUIREMENT_FILE = /\.reach\.ya?ml$/;
/** Where requirements are observed, ms: a hand-written matcher waits for its connections to be tried. */
const OBSERVING = { testTimeout: 120_000, teardownTimeout: 60_000 };

/**
 * The vitest plugin: each case of every `*.reach.yaml` of the project is a test that fails at its own line, and
 * `expect(…).toReach(…)` serves tests written by hand.
 */
export function mayreach(options: MayreachOptions = {}): Plugin<PluginApi> {
  const { cluster = 'manifests', only } = options;
  const source = typeof cluster === 'string' ? cluster : cluster.source;
  const observes = source === 'k3s' || (typeof cluster === 'object' && 'probe' in cluster && cluster.probe === true);
  return {
    name: PLUGIN_NAME,
    api: { settingsFor: (project) => settingsFor(options, project), observes },
    config: ({ test = {} }) => ({ test: additions(test, observes) }),
    configureVitest: ({ vitest }) => refuseIfInNoProject(vitest),
    transform(code, id) {
      const [path = id] = id.split('?', 1);
      if (!REQUIREMENT_FILE.test(path)) return undefined;
      return compileRequirements(code, {
        id: path,
        file: relative(process.cwd(), path),
        casesModule: moduleFile('worker/cases'),
        only,
      });
    },
  };
}

/** Vite joins lists, so that only what is new is said; where a list replaces vitest's own, that is said as well. */
function additions(own: TestUserConfig, observes: boolean): TestUserConfig {
  return {
    include: [...(own.include === undefined ? configDefaults.include : []), REQUIREMENT_FILES],
    globalSetup: [moduleFile('setup')],
    setupFiles: [moduleFile('worker/matchers')],
    ...(observes ? { ...OBSERVING, ...definedOf(own) } : {}),
  };
}

/**
 * Projects that share the root's server take its plugins, but not what these add to its `test`: no requirement file
 * would be among their tests, and nothing would tell. https://vitest.dev/guide/projects
 */
function refuseIfInNoProject({ projects, config }: Vitest): void {
  const matchers = resolve(moduleFile('worker/matchers'));
  const isIn = projects.some(({ config: { setupFiles } }) => setupFiles.some((file) => resolve(file) === matchers));
  // Of projects that were left out by name, nothing is known.
  if (isIn || config.project.length > 0) return;
  throw new MayreachError('no project of `test.projects` has the mayreach plugin: no requirement would be judged', {
    code: 'USAGE',
    hint: "Take it out of the root config and into one project: {plugins: [mayreach()], test: {name: 'network'}}.",
  });
}

function definedOf({ testTimeout, teardownTimeout }: TestUserConfig): Partial<typeof OBSERVING> {
  return {
    ...(testTimeout === undefined ? {} : { testTimeout }),
    ...(teardownTimeout === undefined ? {} : { teardownTimeout }),
  };
}

async function settingsFor(options: MayreachOptions, project: TestProject): Promise<HostSettings> {
  const { root } = project.config;
  const here = (path: string): string => relative(process.cwd(), resolve(root, path)) || '.';
  const { testFiles } = await project.globTestFiles();
  const { manifests = [], cluster, only, allowExternal, timeoutMs, out = DEFAULT_OUT } = options;
  return {
    paths: testFiles
      .filter((file) => REQUIREMENT_FILE.test(file))
      .map(here)
      .sort(),
    manifests: [manifests].flat().map(here),
    cluster,
    only,
    allowExternal,
    timeoutMs,
    out: here(out),
    command: ['vitest', ...process.argv.slice(2)],
  };
}
