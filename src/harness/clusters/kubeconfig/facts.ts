import type { KubeManifest, KubeObject } from '../api/model.ts';

export interface NodeFacts {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly ready: boolean;
  readonly kubeletVersion?: string;
}

interface NodeStatus {
  readonly addresses?: readonly { readonly type: string; readonly address: string }[];
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  readonly nodeInfo?: { readonly kubeletVersion?: string };
}

export function readNode({ metadata, status }: KubeObject): NodeFacts {
  const { addresses = [], conditions = [], nodeInfo } = (status ?? {}) as NodeStatus;
  return {
    name: metadata.name,
    addresses: addresses.filter(({ type }) => type.endsWith('IP')).map(({ address }) => address),
    ready: conditions.some(({ type, status: state }) => type === 'Ready' && state === 'True'),
    ...(nodeInfo?.kubeletVersion === undefined ? {} : { kubeletVersion: nodeInfo.kubeletVersion }),
  };
}

/** What a service leads to, as its EndpointSlices say. */
export interface ServiceEndpoints {
  /** `namespace/name` of the service. */
  readonly service: string;
  readonly endpoints: readonly {
    readonly addresses: readonly string[];
    readonly ready: boolean;
    /** The pod's name, where it is one. */
    readonly pod?: string;
  }[];
  readonly ports: readonly { readonly name?: string; readonly protocol: string; readonly port?: number }[];
}

interface Slice {
  readonly endpoints?:
    | readonly {
        readonly addresses: readonly string[];
        readonly conditions?: { readonly ready?: boolean };
        readonly targetRef?: { readonly kind?: string; readonly name?: string };
      }[]
    | null;
  readonly ports?: readonly { readonly name?: string; readonly protocol?: string; readonly port?: number }[] | null;
}

/** One entry a slice: slices of one service differ in ports or family. */
export function readEndpoints(slices: readonly KubeManifest[]): readonly ServiceEndpoints[] {
  return slices.flatMap((slice) => {
    const service = slice.metadata.labels?.['kubernetes.io/service-name'];
    if (service === undefined) return [];
    const { endpoints, ports } = slice as Slice;
    return [
      {
        service: `${slice.metadata.namespace ?? 'default'}/${service}`,
        endpoints: (endpoints ?? []).map(({ addresses, conditions, targetRef }) => ({
          addresses,
          // Absent means ready: https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#ready
          ready: conditions?.ready !== false,
          ...(targetRef?.kind === 'Pod' && targetRef.name !== undefined ? { pod: targetRef.name } : {}),
        })),
        ports: (ports ?? []).map(({ name, protocol = 'TCP', port }) => ({
          protocol,
          ...(name ? { name } : {}),
          ...(port === undefined ? {} : { port }),
        })),
      },
    ];
  });
}
