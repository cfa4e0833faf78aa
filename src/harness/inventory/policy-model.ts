import type { Direction, Protocol } from '../../requirements/model.ts';
import type { LabelSelector } from '../../requirements/selector.ts';
import type { Position } from '../../source/position.ts';

/** A networking.k8s.io/v1 NetworkPolicy, with the defaults of the API made explicit and positions kept. */
export interface NetworkPolicy {
  readonly kind: 'NetworkPolicy';
  /** `namespace/name`. */
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly podSelector: LabelSelector;
  /** The directions in which it isolates (`policyTypes`, defaulted as the API does). */
  readonly directions: readonly Direction[];
  readonly ingress: readonly PolicyRule[];
  readonly egress: readonly PolicyRule[];
  readonly position: Position;
  /** The object as it was read, to be sent to a cluster unchanged. */
  readonly raw: unknown;
}

export interface PolicyRule {
  /** Index in its list, from 0. */
  readonly index: number;
  /** Absent: anyone (`from`/`to` missing or empty). */
  readonly peers?: readonly PolicyPeer[];
  /** Absent: every protocol and port. */
  readonly ports?: readonly PolicyPort[];
  readonly position: Position;
}

export type PolicyPeer =
  | {
      readonly kind: 'pods';
      /** Absent: the policy's own namespace. */
      readonly namespaceSelector?: LabelSelector;
      /** Absent: every pod. */
      readonly podSelector?: LabelSelector;
      readonly position: Position;
    }
  | {
      readonly kind: 'ipBlock';
      readonly cidr: string;
      readonly except: readonly string[];
      readonly position: Position;
    };

export interface PolicyPort {
  readonly protocol: Protocol;
  /** Absent: every port of the protocol; a string is a name, resolved on each destination pod. */
  readonly port?: number | string;
  readonly endPort?: number;
  readonly position: Position;
}
