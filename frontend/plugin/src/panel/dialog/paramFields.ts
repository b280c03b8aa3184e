/** A form from the part of JSON Schema that a form can show. Pure. */

/** What kind of input a parameter takes. */
export type FieldKind = 'text' | 'integer' | 'number' | 'boolean' | 'choice' | 'unsupported';

/** One parameter. */
export interface ParamField {
  name: string;
  kind: FieldKind;
  title: string;
  description: string | null;
  required: boolean;
  choices: unknown[];
  minimum: number | null;
  maximum: number | null;
  minLength: number | null;
  maxLength: number | null;
  pattern: string | null;
}

/** What stands in the form: texts, and booleans for switches; absent = left empty. */
export type FormValues = Readonly<Record<string, string | boolean>>;

/** What the form makes of it. */
export interface FormResult {
  params: Record<string, unknown>;
  /** By name of the parameter. */
  faults: Record<string, string>;
}

type Schema = Record<string, unknown>;

/** Lists the parameters of an action's schema. */
export function fieldsOf(schema: Schema): ParamField[] {
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(asObject(schema.properties)).map(([name, value]) => {
    const property = asObject(value);
    return {
      name,
      kind: kindOf(property),
      title: textOf(property.title) ?? name,
      description: textOf(property.description),
      required: required.includes(name),
      choices: Array.isArray(property.enum) ? property.enum : [],
      minimum: numberOf(property.minimum),
      maximum: numberOf(property.maximum),
      minLength: numberOf(property.minLength),
      maxLength: numberOf(property.maxLength),
      pattern: textOf(property.pattern),
    };
  });
}

/** Returns what the form shows at first: the defaults. */
export function defaultsOf(schema: Schema): FormValues {
  const values: Record<string, string | boolean> = {};
  const properties = asObject(schema.properties);
  for (const field of fieldsOf(schema)) {
    const value = asObject(properties[field.name]).default;
    if (field.kind === 'boolean') {
      values[field.name] = value === true;
    } else if (value !== undefined && value !== null && field.kind !== 'unsupported') {
      values[field.name] = keyOf(value);
    }
  }
  return values;
}

/** Reads the form. What is empty and not required is left out, so that the service's default holds. */
export function readForm(fields: ParamField[], values: FormValues): FormResult {
  const result: FormResult = { params: {}, faults: {} };
  for (const field of fields) {
    const raw = values[field.name];
    if (field.kind === 'unsupported') {
      if (field.required) {
        result.faults[field.name] = 'This parameter cannot be entered here.';
      }
    } else if (raw === undefined || (raw === '' && field.kind !== 'boolean')) {
      if (field.required) {
        result.faults[field.name] = 'This is needed.';
      }
    } else {
      const { value, fault } = readField(field, raw);
      if (fault === null) {
        result.params[field.name] = value;
      } else {
        result.faults[field.name] = fault;
      }
    }
  }
  return result;
}

/** Returns the key of a choice in the form. */
export function keyOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Returns the parameter that a problem's pointer names, if it names one. */
export function fieldAt(pointer: string | null): string | null {
  const name = pointer?.match(/^\/params\/([^/]+)/)?.[1];
  return name === undefined ? null : name.replace(/~1/g, '/').replace(/~0/g, '~');
}

function readField(field: ParamField, raw: string | boolean) {
  const good = (value: unknown) => ({ value, fault: null });
  const bad = (fault: string) => ({ value: null, fault });
  if (typeof raw === 'boolean') {
    return good(raw);
  }
  if (field.kind === 'choice') {
    const choice = field.choices.find((one) => keyOf(one) === raw);
    return choice === undefined ? bad('Choose one of the values.') : good(choice);
  }
  if (field.kind === 'text') {
    const fault = textFault(field, raw);
    return fault === null ? good(raw) : bad(fault);
  }
  const number = Number(raw);
  if (raw.trim() === '' || !Number.isFinite(number)) {
    return bad('Enter a number.');
  }
  if (field.kind === 'integer' && !Number.isSafeInteger(number)) {
    return bad('Enter a whole number.');
  }
  if (field.minimum !== null && number < field.minimum) {
    return bad(`At least ${field.minimum}.`);
  }
  if (field.maximum !== null && number > field.maximum) {
    return bad(`At most ${field.maximum}.`);
  }
  return good(number);
}

function textFault(field: ParamField, text: string): string | null {
  const length = [...text].length;
  if (field.minLength !== null && length < field.minLength) {
    return `At least ${field.minLength} characters.`;
  }
  if (field.maxLength !== null && length > field.maxLength) {
    return `At most ${field.maxLength} characters.`;
  }
  if (field.pattern !== null && !matches(field.pattern, text)) {
    return `It has to match ${field.pattern}.`;
  }
  return null;
}

/** A pattern that this browser cannot read is left to the service. */
function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    return true;
  }
}

function kindOf(property: Schema): FieldKind {
  if (Array.isArray(property.enum)) {
    return 'choice';
  }
  switch (property.type) {
    case 'string':
      return 'text';
    case 'integer':
      return 'integer';
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    default:
      return 'unsupported';
  }
}

function asObject(value: unknown): Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Schema)
    : {};
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
