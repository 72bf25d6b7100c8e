/** mooring/router: reads Traefik's files, decides as Traefik does, and says why. */
export { loadDynamic, loadStatic } from '../../../router/config/load.ts';
export type { DynamicConfig } from '../../../router/config/model.ts';
export type { StaticConfig } from '../../../router/config/static-model.ts';
export { type Decision, decide, explainRoute, reasonOf } from '../../../router/decide.ts';
export { explain } from '../../../router/explain/explain.ts';
export type { Explanation } from '../../../router/explain/explanation.ts';
export { explanationText } from '../../../router/explain/explanation-text.ts';
export type { ExplainInput, Question } from '../../../router/explain/question.ts';
export { followFiles } from '../../../router/follow.ts';
export { Router, TRAEFIK_VERSION } from '../../../router/router.ts';
export { buildTable, STILL } from '../../../router/table/build-table.ts';
export { completeConfig } from '../../../router/table/compile.ts';
export type { RoutingTable } from '../../../router/table/table.ts';
export { createLog, type Log, silentLog } from '../../../shared/log.ts';
export { formatProblems } from '../../../shared/source/format-problems.ts';
export type { Problem } from '../../../shared/source/place.ts';
