import { describe, expect, it } from 'vitest';
import type { KubeApi } from '../../../src/harness/clusters/api/model.ts';
import { explainQuestion } from '../../../src/harness/explain/question.ts';
import { createPredictor } from '../../../src/harness/predict/predictor.ts';
import { ProgressPrinter } from '../../../src/cli/progress.ts';
import { questionOf } from '../../../src/cli/question.ts';
import { pathsOf, readSource, type SourceFlags } from '../../../src/cli/source.ts';
import { fakeKube, object } from '../harness/clusters/kubeconfig/fake-kube.ts';

const FILES: SourceFlags = { manifests: [], cluster: 'manifests' };
const LIVE: SourceFlags = { manifests: [], cluster: 'kubeconfig', context: 'prod' };
const pod = (namespace: string, name: string) =>
  object('Pod', name, {
    metadata: { namespace, labels: { app: name } },
    spec: { containers: [{ name: 'a', image: 'a' }] },
    status: { phase: 'Running' },
  });
const objects = {
  '/api/v1/namespaces': [object('Namespace', 'shop'), object('Namespace', 'data')],
  '/api/v1/pods': [pod('shop', 'web'), pod('data', 'db')],
  '/apis/networking.k8s.io/v1/networkpolicies': [
    object('NetworkPolicy', 'shut', {
      apiVersion: 'networking.k8s.io/v1',
      metadata: { namespace: 'data' },
      spec: { podSelector: {}, policyTypes: ['Ingress'] },
    }),
  ],
};

/** A read-only cluster that knows whether it was closed, and by which context it was opened. */
function cluster() {
  const opened: (string | undefined)[] = [];
  let closed = 0;
  const kube = { ...fakeKube({ objects }).kube, context: 'prod', close: () => Promise.resolve(void (closed += 1)) };
  const connect = (context: string | undefined): Promise<KubeApi> => {
    opened.push(context);
    return Promise.resolve(kube);
  };
  return { connect, opened, closedTimes: () => closed };
}

const progress = new ProgressPrinter({ write: () => true });

describe('what matrix and explain read', () => {
  it('is a running cluster where asked, by its context, and the connection is closed', async () => {
    const { connect, opened, closedTimes } = cluster();
    const inventory = await readSource(LIVE, [], progress, connect);
    expect([opened, closedTimes()]).toEqual([['prod'], 1]);
    const question = questionOf({ from: 'shop', to: 'data', port: '5432' }, [], ['shop', 'data']);
    expect(explainQuestion(question, inventory, createPredictor(inventory)).slice(0, 3)).toEqual([
      'shop/web[Pod] to data/db[Pod], TCP 5432: denied.',
      '  leaving shop/web[Pod]: allowed; no policy isolates it for egress.',
      '  entering data/db[Pod]: ingress is isolated by policy data/shut (cluster:networkpolicies/data/shut);',
    ]);
  });

  it('is closed when reading fails, too', async () => {
    const { connect, closedTimes } = cluster();
    const failing = async (context: string | undefined) => ({
      ...(await connect(context)),
      list: () => Promise.reject(new Error('gone')),
    });
    await expect(readSource(LIVE, [], progress, failing)).rejects.toThrow('gone');
    expect(closedTimes()).toBe(1);
  });

  it('is files or a cluster, not both: only what a requirement file names is passed over', async () => {
    const { connect, opened } = cluster();
    const manifests = [{ path: './k8s' }];
    await expect(readSource(LIVE, manifests, progress, connect)).rejects.toMatchObject({ code: 'USAGE' });
    await expect(readSource({ ...FILES, context: 'prod' }, manifests, progress, connect)).rejects.toMatchObject({
      code: 'USAGE',
      message: '--context goes with --cluster kubeconfig',
    });
    expect(opened).toEqual([]);
    const named = [{ path: './k8s', position: { file: 'r.reach.yaml', line: 2, column: 1 } }];
    expect((await readSource(LIVE, named, progress, connect)).workloads).toHaveLength(2);
  });

  it('is the current folder where nothing is named, and no folder of a cluster', () => {
    expect([pathsOf([], FILES), pathsOf(['a'], FILES), pathsOf([], LIVE)]).toEqual([['.'], ['a'], []]);
    expect(pathsOf([], { ...FILES, manifests: ['-'] })).toEqual([]);
  });
});
