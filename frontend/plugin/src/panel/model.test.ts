import { FieldType, toDataFrame } from '@grafana/data';
import { actionOf } from '@leverframe/api/mocks';
import { ProblemError } from '@leverframe/api/problem';

import { buildModel, type Catalogue, NO_CATALOGUE, ROWS_MAX, type Source } from './model';
import { type ButtonOptions, NEW_BUTTON, readButtons } from './options';

const drain = actionOf();

function catalogueOf(changes: Partial<Catalogue> = {}): Catalogue {
  return { ...NO_CATALOGUE, actions: new Map([[drain.name, drain]]), ...changes };
}

function source(button: Partial<ButtonOptions>, changes: Partial<Source> = {}): Source {
  return {
    buttons: [{ ...NEW_BUTTON, action: 'drain-node', ...button }],
    series: [],
    replace: (text) => text,
    catalogue: catalogueOf(),
    now: Date.parse('2026-01-02T03:04:05.000Z'),
    inert: null,
    ...changes,
  };
}

function nodes(ids: unknown[]) {
  return toDataFrame({ fields: [{ name: 'id', type: FieldType.string, values: ids }] });
}

function whyOf(input: Source): string | undefined {
  return buildModel(input).groups[0]?.buttons[0]?.blocked?.why;
}

test('a variable becomes the target, and the kind is put before', () => {
  const replace = (text: string) => text.replace('${node}', 'web-2');
  const { groups } = buildModel(source({ target: '${node}' }, { replace }));
  expect(groups).toMatchObject([
    { target: 'node/web-2', name: 'web-2', buttons: [{ title: 'Drain node', blocked: null }] },
  ]);
});

test('each row has its buttons, once, in the order of the rows', () => {
  const input = source({ source: 'rows' }, { series: [nodes(['b', 'a', null, '', 'b'])] });
  expect(buildModel(input).groups.map(({ target }) => target)).toEqual(['node/b', 'node/a']);
});

test('two actions on one target stand together', () => {
  const back = actionOf({ name: 'return-node', title: 'Return node' });
  const actions = new Map([drain, back].map((action) => [action.name, action]));
  const input = source({ target: 'web-2' }, { catalogue: catalogueOf({ actions }) });
  input.buttons.push({ ...NEW_BUTTON, action: 'return-node', target: 'node/web-2' });
  const { groups } = buildModel(input);
  expect(groups.map(({ buttons }) => buttons.map(({ title }) => title))).toEqual([
    ['Drain node', 'Return node'],
  ]);
});

test('the title is the word of the service and nobody else', () => {
  const stored = readButtons([
    { action: 'drain-node', target: 'web-2', title: 'Harmless', label: 'x' },
  ]);
  const model = buildModel({ ...source({}), buttons: stored });
  expect(model.groups[0]?.buttons[0]?.title).toBe('Drain node');
});

test('rows are bounded, and a missing field is told', () => {
  const many = Array.from({ length: ROWS_MAX + 1 }, (_, n) => `n${n}`);
  const bounded = buildModel(source({ source: 'rows' }, { series: [nodes(many)] }));
  expect(bounded.groups).toHaveLength(ROWS_MAX);
  expect(bounded.notices).toEqual([
    `Only the first ${ROWS_MAX} of ${ROWS_MAX + 1} rows have buttons.`,
  ]);
  const missing = buildModel(
    source({ source: 'rows', idField: 'name' }, { series: [nodes(['a'])] })
  );
  expect(missing.notices).toEqual(['The query has no field “name”.']);
});

test.each([
  ['', 'No target is chosen.'],
  ['{web-1,web-2}', 'Several targets are chosen; choose one.'],
  ['${node}', '“node/${node}” is no target.'],
  ['node/web 2', '“node/web 2” is no target.'],
  ['pool/web', 'This action takes a node, not pool/web.'],
])('the target %p is refused: %s', (target, why) => {
  expect(whyOf(source({ target }))).toBe(why);
});

test('who may not sees why, on this very target', () => {
  const mine = actionOf({ allowed: false, why_not: 'only the role Editor may' });
  const byTarget = new Map([['node/web-2', new Map([[mine.name, mine]])]]);
  const catalogue = catalogueOf({ byTarget });
  expect(whyOf(source({ target: 'web-2' }, { catalogue }))).toBe('only the role Editor may');
  expect(whyOf(source({ target: 'web-3' }, { catalogue }))).toBeUndefined();
});

test('a rest blocks until it is over', () => {
  const until = '2026-01-02T03:04:25.000Z';
  const resting = actionOf({ cooldown_until: until });
  const catalogue = catalogueOf({ actions: new Map([[resting.name, resting]]) });
  const input = source({ target: 'web-2' }, { catalogue });
  expect(buildModel(input).groups[0]?.buttons[0]?.blocked).toEqual({
    why: 'The target is cooling down.',
    until,
  });
  expect(whyOf({ ...input, now: Date.parse(until) })).toBeUndefined();
});

test('the stop switch, a lost service and the editor block', () => {
  const stop = { stopped: true, since: null, by: 'erika', reason: null };
  const problem = new ProblemError('service_unreachable', { status: 502 });
  const at = (catalogue: Catalogue) => whyOf(source({ target: 'web-2' }, { catalogue }));
  expect(at(catalogueOf({ stop }))).toBe('The stop switch is thrown.');
  expect(at(catalogueOf({ problem }))).toBe('The service cannot be reached');
  expect(at({ ...NO_CATALOGUE, problem })).toBe('The service cannot be reached');
  expect(at(NO_CATALOGUE)).toBe('Asking the service …');
  expect(at(catalogueOf({ actions: new Map() }))).toMatch('There is no action “drain-node”');
  expect(whyOf(source({ target: 'web-2' }, { inert: 'edited' }))).toBe('edited');
});

test('what a dashboard file holds is read with care', () => {
  expect(readButtons(undefined)).toEqual([]);
  expect(readButtons([null, { action: 7, source: 'rows', idField: '' }])).toEqual([
    NEW_BUTTON,
    { ...NEW_BUTTON, source: 'rows' },
  ]);
});
