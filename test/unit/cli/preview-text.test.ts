import { expect, it } from 'vitest';
import { previewText } from '../../../src/cli/preview-text.ts';
import { preview } from '../harness/run/preview-scene.ts';

const cluster = { context: 'prod', server: 'https://prod:6443', uid: 'uid-1' };
const annotations = { 'example.com/owner': 'team-payments', 'example.com/ticket': 'PAY-113' };
const text = (told: Parameters<typeof preview>[0] = {}): string =>
  previewText({ cluster, annotations, ...preview(told) });

it('tells all that a probing run would do', () => {
  expect(text().replaceAll(/-[0-9a-f]{8}-p/gu, '-HASH-p')).toMatchInlineSnapshot(`
    "plan of a probing run on the context prod (https://prod:6443, UID of kube-system uid-1)
    The cluster was read; nothing was created. RUN stands for the id of the run.

    of the run itself, all removed at its end
      namespace mayreach-RUN-canary
      namespace mayreach-RUN-outsider
      pods in each of them: one
      NetworkPolicy mayreach-canary-deny in mayreach-RUN-canary, put on and lifted
      ConfigMap mayreach-RUN in mayreach-RUN-canary, which owns the pods of the run there
      ConfigMap mayreach-RUN in mayreach-RUN-outsider, which owns the pods of the run there
      ConfigMap mayreach-RUN in shop, which owns the pods of the run there
      ConfigMap mayreach-RUN in data, which owns the pods of the run there
      PriorityClass mayreach-RUN, if this user may create, get and delete one
      on each of these and on each stand-in: example.com/owner=team-payments, example.com/ticket=PAY-113

    stand-ins: 3
      in shop: mayreach-RUN-web-deployment-HASH-p for shop/web[Deployment]
      in shop: mayreach-RUN-api-deployment-HASH-p for shop/api[Deployment]
      in data: mayreach-RUN-db-deployment-HASH-p for data/db[Deployment]
      none for data/peer[Deployment]: service data/peer publishes addresses of pods that are not ready (publishNotReadyAddresses): it would send its users to the stand-in

    connections: 9
      from one source at most 3 (shop/web[Deployment])
      to one destination at most 3 (data/db[Deployment])
      each is made 2 times, and before that once in each sweep until the network has settled: two sweeps or more, for up to 60 s
      at once at most 1024, by one source 256, to one listener 32
      stopped when more than 10 % of the latest ones fail
      besides, each source dials itself and a port where nothing listens, and the canary and its peer each other
      the addresses of the stand-ins and of hosts are not known before: they may change a few, and a host counts as one address here

    beyond the pods of the run
      203.0.113.7/32: not dialled: 203.0.113.7 is a public address, and none is dialled without --allow-external
      10.9.9.9/32: dialled
      api.example.com: dialled if none of its addresses is public; public ones only with --allow-external
      api.example.com: its addresses are asked of the cluster's DNS

    not tried
      UNSAFE, 1 cell: stays predicted: data/peer[Deployment] has no stand-in in this run: service data/peer publishes addresses of pods that are not ready (publishNotReadyAddresses): it would send its users to the stand-in
      PUBLIC, 1 cell: untested: 203.0.113.7 is a public address, and none is dialled without --allow-external
      SCTP, 1 cell: untested: SCTP cannot be tried: the agent has no SCTP
      NOBODY: inconclusive: shop/apii selects nothing: there is no workload shop/apii

    rights that are asked for, before anything is created
      in any namespace: create namespaces, get namespaces, delete namespaces
      in mayreach-RUN-canary: create pods, get pods, list pods, watch pods, delete pods, get pods/attach, create pods/attach, create configmaps, get configmaps, delete configmaps, create networkpolicies.networking.k8s.io, delete networkpolicies.networking.k8s.io
      in mayreach-RUN-outsider: create pods, get pods, list pods, watch pods, delete pods, get pods/attach, create pods/attach, create configmaps, get configmaps, delete configmaps, list networkpolicies.networking.k8s.io
      in shop: create pods, get pods, list pods, watch pods, delete pods, get pods/attach, create pods/attach, create configmaps, get configmaps, delete configmaps
      in data: create pods, get pods, list pods, watch pods, delete pods, get pods/attach, create pods/attach, create configmaps, get configmaps, delete configmaps
      used where granted, in any namespace: create priorityclasses.scheduling.k8s.io, get priorityclasses.scheduling.k8s.io, delete priorityclasses.scheduling.k8s.io, watch namespaces, watch pods, watch networkpolicies.networking.k8s.io
      used where granted, in mayreach-RUN-canary: get pods/log, list events, watch events
      used where granted, in mayreach-RUN-outsider: get pods/log, list events, watch events
      used where granted, in shop: get pods/log, list events, watch events
      used where granted, in data: get pods/log, list events, watch events
    "
  `);
});

it('shows no control characters of names', () => {
  const [first] = preview().untried;
  const untried = first === undefined ? [] : [{ ...first, why: '\u001b[2J' }];
  expect(previewText({ cluster, annotations, ...preview(), untried })).toContain(String.raw`\u001b[2J`);
});

it('leaves out what there is nothing of', () => {
  const may = text({ only: ['MAY'] });
  expect(may).not.toContain('not tried');
  expect(text({ only: ['UNSAFE'] })).toContain('\nconnections: 0\n');
});

it('says so where nothing tells who runs this', () => {
  const nobody = previewText({ cluster, annotations: {}, ...preview() });
  expect(nobody).toContain('none of it says who runs this and why: --annotate KEY=VALUE does');
});

it('says what follows only if a connection is not open', () => {
  const late = text({ canaryFirst: false });
  expect(late).toContain('what is of the canary only if a connection is not open');
  expect(late).toContain(
    'each is made 2 times; if one is not open, then all again 2 times, and before that once in each',
  );
  expect(text()).not.toContain('not open');
});
