import type { StandInDemand } from '../../../../../src/harness/clusters/standins/model.ts';
import type { StandInRun } from '../../../../../src/harness/clusters/standins/pod-spec.ts';

export const run: StandInRun = {
  mode: 'ephemeral',
  runId: 'r4nd0m',
  nonce: 'nonce',
  image: 'node:24-alpine',
  agentSource: 'the agent',
  activeDeadlineSeconds: 600,
};

export const demand: StandInDemand = {
  id: 'shop/web[Deployment]',
  namespace: 'shop',
  labels: { app: 'web', 'pod-template-hash': '7d9' },
  serviceAccount: 'web',
  ports: [
    { name: 'http', protocol: 'TCP', port: 80 },
    { protocol: 'UDP', port: 53 },
  ],
  listen: { TCP: [80, 8080], UDP: [53] },
};
