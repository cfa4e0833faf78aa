import { expect, it } from 'vitest';
import { createPredictor } from '../../../../../src/harness/predict/predictor.ts';
import { admin } from '../admin/fixtures.ts';
import { inventory, workload } from '../fixtures.ts';

it('pods that no rule selects are still told apart by the port that a name of the cluster may stand for', () => {
  const ports = [{ name: 'http', protocol: 'TCP' as const, port: 8080 }];
  const [web, plain, named] = [workload('a/web', {}), workload('b/plain', {}), workload('b/named', {}, { ports })];
  const deny = {
    action: 'deny' as const,
    domainNames: ['db.b.svc.cluster.local'],
    ports: [{ protocol: 'TCP' as const, port: 'http' }],
  };
  const predictor = createPredictor(
    inventory({ workloads: [web, plain, named], adminPolicies: [admin('names', { egress: [deny] })] }),
  );
  expect(predictor.between(web, plain).allowed.isAll).toBe(true);
  expect(predictor.between(web, named).unknown.format()).toBe('TCP 8080');
});
