import { describe, expect, it } from 'vitest';
import type { EvidenceDecision } from '../../../src/harness/evidence/schema.ts';
import { decisionLines } from '../../../src/suites/wording.ts';

const open: EvidenceDecision['egress'] = { outcome: 'allowed', isolatedBy: [], allowedBy: [] };
const shut: EvidenceDecision['egress'] = {
  outcome: 'denied',
  isolatedBy: [{ policy: 'n/deny', position: { file: 'p.yaml', line: 1, column: 1 } }],
  allowedBy: [],
};
const denied = 'egress: a is isolated by n/deny (p.yaml:1), and no rule lets it through';

describe('the lines of a decision', () => {
  it('say first that it is about a name, where name resolution decides', () => {
    const reason = 'the name does not resolve: DNS is denied';
    const decision: EvidenceDecision = { outcome: 'denied', egress: shut, ingress: open, reason };
    expect(decisionLines({ decision, from: 'a', to: 'h', attributedTo: 'dns' })).toEqual([reason, denied]);
    expect(decisionLines({ decision, from: 'a', to: 'h', attributedTo: 'policy' })).toEqual([denied, reason]);
  });

  it('do not say twice what is not known', () => {
    const unknown = 'whether it covers the address of b is not known';
    const side = { ...open, outcome: 'unknown', unknown } as const;
    const decision: EvidenceDecision = { outcome: 'unknown', egress: open, ingress: side, reason: unknown };
    expect(decisionLines({ decision, from: 'a', to: 'b', attributedTo: 'nothing' })).toEqual([
      'egress: no policy isolates a',
      `ingress: not known: ${unknown}`,
    ]);
  });
});
