/** One allowed pair of `mayreach matrix`. */
export interface MatrixRow {
  /** `namespace/name[Kind]`, an address range `0.0.0.0-255.255.255.255`, or `{ingress-controller}`. */
  readonly from: string;
  readonly to: string;
  /** `all`, or sorted: `TCP 80,443,8000-8080; UDP 53`. */
  readonly connections: string;
}

export const MATRIX_FORMATS = ['table', 'json', 'csv', 'dot'] as const;
export type MatrixFormat = (typeof MATRIX_FORMATS)[number];
