/**
 * mooring/router: reads Traefik's files, decides as Traefik does, and says why. `explain` answers where one request
 * goes and changes nothing. `decideAndCount` simulates many: it advances the round robin each time, on a table that
 * `buildTable` makes with INERT_DEPS, and forwards nothing.
 */
export { buildTable, INERT_DEPS } from '../../router/build-table.ts';
export { type Decision, decideAndCount, explainRoute, reasonOf } from '../../router/core/decide.ts';
export type { DynamicConfig } from '../../router/core/model.ts';
export { HeaderList } from '../../router/core/request/header-list.ts';
export type { Request } from '../../router/core/request/request.ts';
export type { StaticConfig } from '../../router/core/static-model.ts';
export { completeConfig } from '../../router/core/table/compile.ts';
export type { RoutingTable } from '../../router/core/table/table.ts';
export { explain } from '../../router/explain/explain.ts';
export type { Explanation } from '../../router/explain/explanation.ts';
export { explanationText } from '../../router/explain/explanation-text.ts';
export type { ExplainInput, Question } from '../../router/explain/question.ts';
export { followFiles } from '../../router/follow.ts';
export { Router, TRAEFIK_VERSION } from '../../router/router.ts';
export { loadDynamic, loadStatic } from '../../router/traefik/config/load.ts';
export { createLog, type Log, silentLog } from '../../shared/log.ts';
export { formatProblems } from '../../shared/source/format-problems.ts';
export type { Problem } from '../../shared/source/place.ts';
