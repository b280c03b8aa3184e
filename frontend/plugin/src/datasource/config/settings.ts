// Changes to the options of a data source, as pure functions.
import type { DataSourceSettings } from '@grafana/data';

import type { LeverframeOptions, LeverframeSecrets, NodeApiOptions } from '../types';

export type Settings = DataSourceSettings<LeverframeOptions, LeverframeSecrets>;

/** Sets fields of `jsonData`; an empty text takes the field away. */
export function withOptions(settings: Settings, changes: Partial<LeverframeOptions>): Settings {
  const all = { ...settings.jsonData, ...changes };
  const kept = Object.entries(all).filter(([, value]) => value !== undefined && value !== '');
  return { ...settings, jsonData: Object.fromEntries(kept) as LeverframeOptions };
}

/** Types into a secret that is not set yet. */
export function withSecret(settings: Settings, name: string, value: string): Settings {
  return { ...settings, secureJsonData: { ...settings.secureJsonData, [name]: value } };
}

/** Takes secrets away: Grafana stores the empty text, which counts as none. */
export function withoutSecrets(settings: Settings, ...names: string[]): Settings {
  const fields = { ...settings.secureJsonFields };
  const data: LeverframeSecrets = { ...settings.secureJsonData };
  for (const name of names) {
    fields[name] = false;
    data[name] = '';
  }
  return { ...settings, secureJsonFields: fields, secureJsonData: data };
}

export function isSet(settings: Settings, name: string): boolean {
  return Boolean(settings.secureJsonFields?.[name]);
}

export function tokenName(api: string): string {
  return `nodeApi.${api}.token`;
}

export function urlName(api: string): string {
  return `nodeApi.${api}.url`;
}

/** Changes one entry. Secrets hang on the name, so a new name begins without them. */
export function withNodeApi(
  settings: Settings,
  place: number,
  changes: Partial<NodeApiOptions>
): Settings {
  const apis = settings.jsonData.nodeApis ?? [];
  const old = apis[place];
  const changed = withOptions(settings, {
    nodeApis: apis.map((api, at) => (at === place ? { ...api, ...changes } : api)),
  });
  const renamed = old !== undefined && changes.name !== undefined && changes.name !== old.name;
  return renamed ? forgotten(changed, old.name) : changed;
}

export function withoutNodeApi(settings: Settings, place: number): Settings {
  const apis = settings.jsonData.nodeApis ?? [];
  const old = apis[place];
  const kept = apis.filter((_, at) => at !== place);
  const changed = withOptions(settings, { nodeApis: kept.length > 0 ? kept : undefined });
  return old ? forgotten(changed, old.name) : changed;
}

/** Drops the secrets of a name that no entry carries any more. */
function forgotten(settings: Settings, name: string): Settings {
  const stays = (settings.jsonData.nodeApis ?? []).some((api) => api.name === name);
  const names = [tokenName(name), urlName(name)];
  const held = names.filter(
    (secret) => isSet(settings, secret) || settings.secureJsonData?.[secret]
  );
  return stays || held.length === 0 ? settings : withoutSecrets(settings, ...held);
}

/** The backend's grammar of names. */
const NAME = /^[A-Za-z0-9_.:-]{1,128}$/;

export function nameFault(apis: NodeApiOptions[], place: number): string | undefined {
  const name = apis[place]?.name ?? '';
  if (!NAME.test(name)) {
    return 'Use 1 to 128 letters, digits, _ . : or -';
  }
  return apis.some((api, at) => at < place && api.name === name)
    ? 'This name is used twice'
    : undefined;
}

export function addressFault(text: string | undefined): string | undefined {
  if (!text) {
    return undefined;
  }
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    return 'Write the address as in http://prometheus:9090';
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return 'The address must begin with http:// or https://';
  }
  if (url.username || url.password) {
    return 'User and password have fields of their own';
  }
  return url.search || url.hash ? 'The address must end before ? and #' : undefined;
}

export function durationFault(text: string | undefined): string | undefined {
  return !text || /^0*[1-9][0-9]*(ms|s|m|h|d|w|y)$/.test(text)
    ? undefined
    : 'Write a duration as in 15s or 1m';
}

/** Reads paths, a line each. */
export function pathsOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

export function pathsFault(paths: string[]): string | undefined {
  if (paths.length === 0) {
    return 'List at least one path: nothing else can be read';
  }
  const plain = (path: string) => /^\/[\x21-\x7e]*$/.test(path) && !/[?#%\\]/.test(path);
  const wrong = paths.find(
    (path) => !plain(path) || path.split('/').some((step) => step === '.' || step === '..')
  );
  return wrong === undefined ? undefined : `${wrong} is no plain path as in /nodes`;
}
