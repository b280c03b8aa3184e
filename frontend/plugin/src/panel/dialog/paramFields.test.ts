import { defaultsOf, fieldAt, fieldsOf, type FormValues, readForm } from './paramFields';

const schema = {
  type: 'object',
  required: ['weight', 'mode'],
  properties: {
    weight: { type: 'integer', title: 'Weight', minimum: 0, maximum: 256 },
    share: { type: 'number', maximum: 1 },
    note: { type: 'string', minLength: 2, maxLength: 3, pattern: '^[a-z]+$' },
    force: { type: 'boolean', default: true },
    mode: { enum: ['soft', 2, null], default: 2 },
    more: { type: 'object' },
  },
};
const fields = fieldsOf(schema);
const good: FormValues = { weight: '5', mode: 'soft' };

test('the kinds and the defaults come from the schema', () => {
  expect(fields.map(({ kind }) => kind)).toEqual([
    'integer',
    'number',
    'text',
    'boolean',
    'choice',
    'unsupported',
  ]);
  expect(defaultsOf(schema)).toEqual({ force: true, mode: '2' });
});

test('values have the types of the schema, and what is empty is left out', () => {
  const values = { ...good, mode: '2', share: '0.5', note: '', force: false };
  expect(readForm(fields, values)).toEqual({
    params: { weight: 5, mode: 2, share: 0.5, force: false },
    faults: {},
  });
});

test.each<[FormValues, string, string]>([
  [{ weight: '' }, 'weight', 'This is needed.'],
  [{ weight: '1.5' }, 'weight', 'Enter a whole number.'],
  [{ weight: '-1' }, 'weight', 'At least 0.'],
  [{ weight: '257' }, 'weight', 'At most 256.'],
  [{ weight: '1e999' }, 'weight', 'Enter a number.'],
  [{ share: 'x' }, 'share', 'Enter a number.'],
  [{ note: 'a' }, 'note', 'At least 2 characters.'],
  [{ note: 'abcd' }, 'note', 'At most 3 characters.'],
  [{ note: 'A1' }, 'note', 'It has to match ^[a-z]+$.'],
  [{ mode: 'other' }, 'mode', 'Choose one of the values.'],
])('%j is a fault of %s', (values, name, fault) => {
  expect(readForm(fields, { ...good, ...values }).faults).toEqual({ [name]: fault });
});

test('a required parameter that no form can show is told', () => {
  const needed = fieldsOf({ required: ['more'], properties: { more: { type: 'array' } } });
  expect(readForm(needed, {}).faults).toEqual({ more: 'This parameter cannot be entered here.' });
});

test('a pointer names its field', () => {
  expect(fieldAt('/params/wait~1time')).toBe('wait/time');
  expect(fieldAt('/params')).toBeNull();
  expect(fieldAt(null)).toBeNull();
});
