import type { Evidence } from '../../harness/evidence/schema.ts';
import type { Progress } from '../../harness/run/options.ts';
import { runRequirements } from '../../harness/run/run.ts';
import type { Ask } from '../../harness/run/options.ts';
import { resolveSettings } from '../../input/settings.ts';
import { writeReports } from '../../reports/write.ts';
import type { Requirement } from '../../requirements/model.ts';
import { requirementSuites } from '../../suites/requirements.ts';
import { suitesOf } from '../../suites/suites.ts';
import type { Suite, SuiteCase } from '../../suites/model.ts';
import type { HostSettings, RunRecord } from '../channel.ts';

/** A run that is judged, and still there to be asked. */
export interface Judged extends RunRecord {
  readonly suites: readonly Suite[];
}

/** One run: judged once, with its reports written, and then asked until it is ended. */
export class Judging {
  /** Rejects with whatever kept the run from being judged. */
  readonly judged: Promise<Judged>;
  readonly #controller = new AbortController();
  readonly #ended = Promise.withResolvers<undefined>();
  readonly #whole: Promise<unknown>;
  #ask: Ask | undefined;
  /** What is still to be judged: the run itself, and questions. */
  #pending = 1;
  #isJudged = false;
  /** Questions to a cluster go one after the other. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(settings: HostSettings, progress: Progress) {
    const { promise, resolve, reject } = Promise.withResolvers<Judged>();
    this.judged = promise;
    // Who asks gets the error; that nobody asked is no reason to die of it.
    promise.catch(() => undefined);
    this.#whole = this.#run(settings, progress, resolve).catch(reject);
  }

  async #run(settings: HostSettings, progress: Progress, judged: (judged: Judged) => void): Promise<void> {
    const { signal } = this.#controller;
    const stay = async (evidence: Evidence, ask: Ask): Promise<void> => {
      this.#ask = ask;
      const written = await writeReports(evidence, settings.out ?? '');
      this.#pending -= 1;
      this.#isJudged = true;
      judged({ evidence, suites: suitesOf(evidence), files: written.map(({ path }) => path) });
      await this.#ended.promise;
    };
    await runRequirements(await resolveSettings({ ...settings, signal, progress: this.#untilJudged(progress), stay }));
  }

  /** A question of one test is no stage of the run. */
  #untilJudged(progress: Progress): Progress {
    return {
      stage: (text) => {
        if (!this.#isJudged) progress.stage(text);
      },
      count: (done, total, unit) => {
        if (!this.#isJudged) progress.count(done, total, unit);
      },
      note: (text) => {
        if (!this.#isJudged) progress.note(text);
      },
    };
  }

  /** One requirement that no file has, as a case. */
  async judge(requirement: Requirement): Promise<SuiteCase> {
    const { evidence } = await this.judged;
    this.#pending += 1;
    const asked = this.#queue.then(() => this.#ask?.([requirement]));
    this.#queue = asked.catch(() => undefined);
    const requirements = await asked.finally(() => (this.#pending -= 1));
    const entry = requirementSuites({ ...evidence, requirements: [...(requirements ?? [])] })[0]?.cases[0];
    if (entry === undefined) throw new TypeError('one requirement goes in, one case comes out');
    return entry;
  }

  /** Resolves when nothing of the run is left; what was not yet judged or answered is given up. */
  async end(why: Error): Promise<void> {
    if (this.#pending > 0) this.#controller.abort(why);
    this.#ended.resolve(undefined);
    await this.#whole;
  }
}
