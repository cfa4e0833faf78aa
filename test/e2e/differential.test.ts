/**
 * Random but seeded policies on a real network: what the engine predicts against what the network does, over every
 * cell. MAYREACH_DIFFERENTIAL_ROUNDS and MAYREACH_DIFFERENTIAL_SEED make longer and other runs.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setUpField, type Field, type Played } from './support/differential/field.ts';
import { disagreements, shortfalls, summary } from './support/differential/report.ts';
import { sampleRounds, type Round } from './support/differential/rounds.ts';
import { wordsFor } from './support/differential/scene.ts';
import { sharedCluster, type SharedCluster } from './support/shared-cluster.ts';

const ROUNDS = Number(process.env['MAYREACH_DIFFERENTIAL_ROUNDS'] ?? 8);
const SEED = Number(process.env['MAYREACH_DIFFERENTIAL_SEED'] ?? 20261125);
const LONGEST_ROUND_MS = 90_000;

describe('predicted against observed, under random policies', () => {
  let cluster: SharedCluster;
  let field: Field;
  const undo: (() => Promise<unknown>)[] = [];
  let bare: Round;
  let rounds: readonly Round[];

  beforeAll(async () => {
    cluster = await sharedCluster('enforcing');
    undo.push(() => cluster.close());
    field = await setUpField(cluster.kube);
    undo.push(() => field.remove());
    const [pod, ...others] = field.parties.flatMap(({ addresses }) => addresses);
    const outside = others.at(-1);
    if (pod === undefined || outside === undefined) throw new Error('the parties have no addresses');
    const cilium = field.inventory.plugin.name === 'cilium';
    const [first, ...more] = sampleRounds({ seed: SEED, rounds: ROUNDS, words: wordsFor({ pod, outside }), cilium });
    if (first === undefined) throw new Error('there is no round without policies');
    [bare, rounds] = [first, more];
  });
  afterAll(async () => {
    for (const step of undo.reverse()) await step();
  });

  test('without policies everything is open: nothing else stands in the way', async () => {
    const played = await field.play(bare);
    expect(disagreements(played)).toBe('');
  });

  test(
    'with policies the network does what was predicted',
    async () => {
      const played: Played[] = [];
      const wrong: string[] = [];
      for (const round of rounds) {
        const result = await field.play(round);
        played.push(result);
        const text = disagreements(result);
        if (text !== '') wrong.push(text);
        if (text !== '') console.error(text);
      }
      const { name, version = 'of unknown version' } = field.inventory.plugin;
      console.log(`differential on ${name} ${version}, seed ${SEED}: ${summary(played)}`);
      expect(wrong.length, `rounds with disagreements, told above; seed ${SEED}`).toBe(0);
      expect(shortfalls(played, { mostUnknown: 0.05 })).toEqual([]);
    },
    ROUNDS * LONGEST_ROUND_MS,
  );
});
