/** The app: pages and nothing else. */
export const APP_ID = 'leverframe-operations-app';
/** The datasource nested in it, which owns the executable. */
export const DATASOURCE_ID = 'leverframe-operations-datasource';
/** The panel nested in it. */
export const PANEL_ID = 'leverframe-actions-panel';

/** Where the app shows its list of runs. */
export const RUNS_PATH = `/a/${APP_ID}/runs`;

/** Returns the path of a run's own page; `datasource` is the uid through which it is read. */
export function runPath(id: string, datasource: string): string {
  return `${RUNS_PATH}/${encodeURIComponent(id)}?ds=${encodeURIComponent(datasource)}`;
}
