// The addresses of the app's pages. They are kept in dashboards, tickets and chats, so they stay.
import { APP_ID, RUNS_PATH } from '../ids';

export const ROOT = `/a/${APP_ID}`;

export const ROUTES = {
  runs: 'runs',
  run: 'runs/:id',
  actions: 'actions',
  nodes: 'nodes',
  configuration: 'configuration',
} as const;

/** Query parameter that names the data source; without it the app chooses. */
export const DATASOURCE_PARAMETER = 'ds';

type Parameters = Record<string, string | undefined>;

function address(path: string, parameters: Parameters): string {
  const given = Object.entries(parameters).filter((pair): pair is [string, string] =>
    Boolean(pair[1])
  );
  const query = new URLSearchParams(given).toString();
  return `${ROOT}/${path}${query === '' ? '' : `?${query}`}`;
}

export function runsPath(ds?: string): string {
  return ds
    ? `${RUNS_PATH}?${new URLSearchParams({ [DATASOURCE_PARAMETER]: ds }).toString()}`
    : RUNS_PATH;
}

export function actionsPath(ds?: string, target?: string, action?: string): string {
  return address(ROUTES.actions, { action, target, [DATASOURCE_PARAMETER]: ds });
}

export function nodesPath(ds?: string): string {
  return address(ROUTES.nodes, { [DATASOURCE_PARAMETER]: ds });
}
