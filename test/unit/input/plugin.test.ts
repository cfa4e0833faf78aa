import { describe, expect, it } from 'vitest';
import { parsePlugin } from '../../../src/input/plugin.ts';

describe('--plugin', () => {
  it.each([
    ['cilium', { name: 'cilium' }],
    ['cilium@1.15', { name: 'cilium', version: '1.15' }],
    ['kube-router@v2.1.0', { name: 'kube-router', version: 'v2.1.0' }],
    [
      'cilium@1.16.2,enable-policy=always,policy-cidr-match-mode=nodes',
      {
        name: 'cilium',
        version: '1.16.2',
        settings: { 'enable-policy': 'always', 'policy-cidr-match-mode': 'nodes' },
      },
    ],
  ])('%s', (text, plugin) => {
    expect(parsePlugin(text)).toEqual({ ...plugin, seenBy: [`--plugin ${text}`] });
  });

  it.each([
    ['cillium', 'Did you mean cilium?'],
    ['', 'One of cilium'],
    ['cilium@new', 'Write the version as cilium@1.15'],
    ['cilium@1.15@2', 'Write the version'],
    ['calico,enable-policy=always', 'Only cilium has settings'],
    ['cilium,enable-policy', 'Settings are KEY=VALUE'],
    ['cilium,enable-policy=sometimes', 'enable-policy is default, always or never'],
    ['cilium,debug=true', 'Settings are KEY=VALUE'],
  ])('%s is refused', (text, hint) => {
    expect(() => parsePlugin(text)).toThrow(
      expect.objectContaining({ code: 'USAGE', hint: expect.stringContaining(hint) as string }),
    );
  });
});
