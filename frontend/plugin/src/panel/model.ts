/** From options, data and catalogue to buttons. Pure: it asks nobody. */
import { type DataFrame, getFieldDisplayName } from '@grafana/data';
import type { Action, Stop } from '@leverframe/api';
import { type ProblemError } from '@leverframe/api/problem';

import type { ButtonOptions } from './options';

/** Buttons for more rows than this help nobody. */
export const ROWS_MAX = 100;

const TARGET = /^[A-Za-z0-9_.:-]{1,128}\/[A-Za-z0-9_.:-]{1,128}$/;

/** What the service says of its actions. */
export interface Catalogue {
  /** By name; null until it has answered once. */
  actions: ReadonlyMap<string, Action> | null;
  /** By target, then by name: with the right and the rest on that target. */
  byTarget: ReadonlyMap<string, ReadonlyMap<string, Action>>;
  stop: Stop | null;
  problem: ProblemError | null;
}

/** Nothing known yet. */
export const NO_CATALOGUE: Catalogue = {
  actions: null,
  byTarget: new Map(),
  stop: null,
  problem: null,
};

/** Returns when the last rest of a target is over (milliseconds), if any target rests. */
export function lastRest(catalogue: Catalogue): number | null {
  const ends = [...catalogue.byTarget.values()]
    .flatMap((byName) => [...byName.values()])
    .map((action) => Date.parse(action.cooldown_until ?? ''))
    .filter((end) => !Number.isNaN(end));
  return ends.length === 0 ? null : Math.max(...ends);
}

/** Why a button cannot be pressed. */
export interface Blocked {
  why: string;
  /** Until when, if that is known. */
  until: string | null;
}

/** One button. */
export interface ButtonModel {
  key: string;
  action: Action | null;
  /** The service's title; the configured name until it is known. */
  title: string;
  target: string;
  blocked: Blocked | null;
}

/** The buttons of one target. */
export interface TargetGroup {
  target: string;
  /** What people call it: without its kind. */
  name: string;
  buttons: ButtonModel[];
}

/** Everything that is drawn. */
export interface Model {
  groups: TargetGroup[];
  notices: string[];
}

/** What the model is made of. */
export interface Source {
  buttons: ButtonOptions[];
  series: DataFrame[];
  replace: (text: string) => string;
  catalogue: Catalogue;
  /** Milliseconds. */
  now: number;
  /** Why nothing may be pressed at all, as in the panel editor. */
  inert: string | null;
}

/** Builds the model. */
export function buildModel(source: Source): Model {
  const groups = new Map<string, TargetGroup>();
  const notices = new Set<string>();
  for (const options of source.buttons) {
    if (options.action === '') {
      notices.add('A button has no action yet.');
      continue;
    }
    const kind = source.catalogue.actions?.get(options.action)?.target ?? null;
    for (const target of targetsOf(options, source, notices).map((id) => complete(id, kind))) {
      const group = groups.get(target) ?? { target, name: nameOf(target), buttons: [] };
      groups.set(target, group);
      const button = buttonOf(options.action, target, source);
      if (!group.buttons.some(({ key }) => key === button.key)) {
        group.buttons.push(button);
      }
    }
  }
  return { groups: [...groups.values()], notices: [...notices] };
}

/** Returns the id of a target without its kind. */
export function nameOf(target: string): string {
  return target.slice(target.indexOf('/') + 1);
}

function targetsOf(options: ButtonOptions, source: Source, notices: Set<string>): string[] {
  if (options.source === 'one') {
    return [source.replace(options.target).trim()];
  }
  const ids = new Set<string>();
  let found = false;
  for (const frame of source.series) {
    const field = frame.fields.find(
      (one) => one.name === options.idField || getFieldDisplayName(one, frame) === options.idField
    );
    found ||= field !== undefined;
    for (const value of field?.values ?? []) {
      if (value !== null && value !== undefined && value !== '') {
        ids.add(String(value));
      }
    }
  }
  if (!found && source.series.length > 0) {
    notices.add(`The query has no field “${options.idField}”.`);
  }
  if (ids.size > ROWS_MAX) {
    notices.add(`Only the first ${ROWS_MAX} of ${ids.size} rows have buttons.`);
  }
  return [...ids].slice(0, ROWS_MAX);
}

function complete(id: string, kind: string | null): string {
  return id.includes('/') || kind === null || id === '' ? id : `${kind}/${id}`;
}

function buttonOf(name: string, target: string, source: Source): ButtonModel {
  const general = source.catalogue.actions?.get(name) ?? null;
  const action = source.catalogue.byTarget.get(target)?.get(name) ?? general;
  return {
    key: `${name} ${target}`,
    action,
    title: action?.title ?? name,
    target,
    blocked: blockedBy(name, action, target, source),
  };
}

function blockedBy(
  name: string,
  action: Action | null,
  target: string,
  { catalogue, now, inert }: Source
): Blocked | null {
  const blocked = (why: string, until: string | null = null): Blocked => ({ why, until });
  if (inert !== null) {
    return blocked(inert);
  }
  if (catalogue.actions === null) {
    return blocked(catalogue.problem?.message ?? 'Asking the service …');
  }
  if (action === null) {
    return blocked(`There is no action “${name}” that you may see.`);
  }
  if (!TARGET.test(target)) {
    return blocked(noTarget(target));
  }
  if (!target.startsWith(`${action.target}/`)) {
    return blocked(`This action takes a ${action.target}, not ${target}.`);
  }
  if (!action.allowed) {
    return blocked(action.why_not ?? 'You may not run this action.');
  }
  if (catalogue.stop?.stopped) {
    return blocked('The stop switch is thrown.');
  }
  const until = action.cooldown_until ?? null;
  if (until !== null && Date.parse(until) > now) {
    return blocked('The target is cooling down.', until);
  }
  // Lost after it was seen once: what was true then may not be true now.
  return catalogue.problem === null ? null : blocked(catalogue.problem.message);
}

function noTarget(target: string): string {
  if (target === '') {
    return 'No target is chosen.';
  }
  if (target.includes('{') && target.includes(',')) {
    return 'Several targets are chosen; choose one.';
  }
  return `“${target}” is no target.`;
}
