/** As much of JSON Schema as the route table makes use of. */
export interface Schema {
  readonly type?: string | readonly string[]
  readonly enum?: readonly string[]
  readonly format?: string
  readonly description?: string
  readonly properties?: Fields
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly $ref?: string
}

/** The longest type that stays on one line. */
const LONGEST = 60

/** Schemas by name. */
export type Fields = Readonly<Record<string, Schema>>

/** A field of an object, for people. */
export interface Field {
  readonly name: string
  readonly type: string
  readonly required: boolean
  readonly description: string
}

/** The fields of an object's schema; none for anything else. */
export function fieldsOf({ properties = {}, required = [] }: Schema, indent = ''): readonly Field[] {
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    type: typeOf(schema, indent),
    required: required.includes(name),
    description: schema.description ?? '',
  }))
}

/** A schema as TypeScript would write its type, on as few lines as fit; what has a name of its own is named. */
export function typeOf(schema: Schema, indent = ''): string {
  if (schema.$ref !== undefined) return nameOf(schema.$ref)
  if (schema.enum !== undefined) return schema.enum.map((value) => `'${value}'`).join(' | ')
  if (schema.anyOf !== undefined) return schema.anyOf.map((one) => typeOf(one, indent)).join(' | ')
  if (schema.items !== undefined) return `Array<${typeOf(schema.items, indent)}>`
  if (schema.properties !== undefined) return objectType(schema, indent)
  if (schema.format === 'date-time') return 'Instant'
  return [schema.type ?? 'unknown'].flat().join(' | ').replace('integer', 'number')
}

function objectType(schema: Schema, indent: string): string {
  const deeper = `${indent}  `
  const lines = fieldsOf(schema, deeper).map(({ name, type, required, description }) => {
    return { code: `${name}${required ? '' : '?'}: ${type}`, note: description === '' ? '' : ` // ${description}` }
  })
  const short = `{ ${lines.map(({ code }) => code).join('; ')} }`
  if (short.length <= LONGEST && !short.includes('\n') && lines.every(({ note }) => note === '')) return short
  return `{\n${lines.map(({ code, note }) => `${deeper}${code}${note}`).join('\n')}\n${indent}}`
}

function nameOf(reference: string): string {
  return reference.split('/').at(-1) ?? ''
}

/** A line of text with the full stop that it may lack. */
export function sentence(text: string): string {
  return /[.?!]$/.test(text) ? text : `${text}.`
}
