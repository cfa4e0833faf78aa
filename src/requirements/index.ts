/** The language: what a requirement says, read from YAML or built in TypeScript. */
export * from './model.ts';
export { formatSelector, selects, type LabelExpression, type Labels, type LabelSelector } from './selector.ts';
export { formatEndpoint } from './format.ts';
export { parseRequirements } from './parse.ts';
export { checkRun } from './check-run.ts';
export {
  anyone,
  cidr,
  host,
  namespaces,
  outsider,
  pods,
  service,
  workload,
  type SelectorInput,
} from './builders/endpoints.ts';
export {
  mayNotReach,
  mayReach,
  requirements,
  type AuditSettings,
  type Case,
  type CaseDetails,
  type EndpointInput,
  type SetSettings,
} from './builders/set.ts';
