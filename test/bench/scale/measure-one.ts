/**
 * `node measure-one.ts NAMESPACES PODS-PER-WORKLOAD`: everything that the policies of one generated cluster allow, in a
 * process of its own, so that neither memory nor compiled code of another size counts. Prints JSON.
 */
import { matrixOf } from '../../../src/harness/predict/matrix.ts';
import { createPredictor } from '../../../src/harness/predict/predictor.ts';
import { generatedInventory } from './build.ts';
import { answerTimes } from './one-answer.ts';

export interface ScaleFigures {
  readonly namespaces: number;
  readonly workloads: number;
  readonly pods: number;
  readonly policies: number;
  readonly rows: number;
  /** Reading the objects into an inventory: before the clock. */
  readonly readMs: number;
  /** From the inventory to all rows. */
  readonly matrixMs: number;
  /** The CPU time of that: what it takes where nothing else runs. */
  readonly matrixCpuMs: number;
  /** One requirement, from its words to its verdict, ms: each asked once, of an engine that is warm and of one that is new. */
  readonly answerMs: { readonly median: number; readonly p99: number; readonly first: number };
}

const [namespaces = 1, podsPerWorkload = 10] = process.argv.slice(2).map(Number);
const began = performance.now();
const inventory = generatedInventory({ namespaces, podsPerWorkload });
const read = performance.now();
const cpu = process.cpuUsage();
const predictor = createPredictor(inventory, { assumeUndefinedNamespacesHaveNoLabels: true });
const { rows } = matrixOf(inventory, predictor);
const done = performance.now();
const { user, system } = process.cpuUsage(cpu);

const figures: ScaleFigures = {
  namespaces: inventory.namespaces.filter(({ defined }) => defined).length,
  workloads: inventory.workloads.length,
  pods: inventory.workloads.reduce((sum, { pods }) => sum + pods.length, 0),
  policies: inventory.policies.length,
  rows: rows.length,
  readMs: read - began,
  matrixMs: done - read,
  matrixCpuMs: (user + system) / 1000,
  answerMs: answerTimes(inventory),
};
process.stdout.write(JSON.stringify(figures));
