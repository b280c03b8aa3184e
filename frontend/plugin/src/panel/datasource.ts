/** Which data source the panel acts through. */
import { getDataSourceSrv } from '@grafana/runtime';

import { DATASOURCE_ID } from '../ids';

/** A data source's uid, or why there is none. */
export type Chosen = { uid: string; why: null } | { uid: null; why: string };

/** Resolves the option; an empty one means the only data source of our kind. */
export function chooseDatasource(option: string, replace: (text: string) => string): Chosen {
  // By `pluginId`: to a list by `type` Grafana adds its own built-in data source.
  const ours = getDataSourceSrv().getList({ pluginId: DATASOURCE_ID });
  const wanted = replace(option).trim();
  if (wanted !== '') {
    const found = ours.find((one) => one.uid === wanted || one.name === wanted);
    return found
      ? { uid: found.uid, why: null }
      : { uid: null, why: `There is no Leverframe data source “${wanted}”.` };
  }
  const [first, second] = ours;
  if (first === undefined) {
    return { uid: null, why: 'There is no Leverframe data source yet.' };
  }
  return second === undefined
    ? { uid: first.uid, why: null }
    : { uid: null, why: 'There are several Leverframe data sources; choose one in the options.' };
}
