import { ConfigurationError } from '../errors.ts'
import { jsonText } from './json-text.ts'
import { SessionDataError } from './session-data-error.ts'
import type { InputOf, OutputOf, SchemaIssue, SchemaResult, StandardSchema } from './standard-schema.ts'

/** A schema for each key that a session's data may have. Of an application that gave none, this type stands for any. */
export type DataSchemas = Readonly<Record<string, StandardSchema>>

/** The keys of the data, as they are written. */
export type DataKey<Schemas extends DataSchemas> = keyof Schemas & string

/** Those keys whose values may be numbers. */
export type CountKey<Schemas extends DataSchemas> = {
  [Key in DataKey<Schemas>]: number extends InputOf<Schemas[Key]> ? Key : never
}[DataKey<Schemas>]

/** What an application keeps of a session. */
export interface DataOptions<Schemas extends DataSchemas> {
  /**
   * A schema for each key, of any library that speaks Standard Schema. Keys are 1 to 64 of `A-Z a-z 0-9 . _ : -`, the first
   * a letter or a digit.
   *
   * What is stored is the schema's input, which must be JSON; what is read is its output.
   */
  readonly schema: Schemas
  /** Keys that a visitor keeps who signs in: they go from the anonymous session into the signed-in one. Default: none. */
  readonly carryOver?: readonly DataKey<Schemas>[] | undefined
}

const KEY = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/

/** Which data a session may have, and what they must look like. */
export class DataRules<Schemas extends DataSchemas> {
  readonly carryOver: readonly string[]
  readonly #schemas: ReadonlyMap<string, StandardSchema>

  /** @throws ConfigurationError for a key that cannot be one, what is no schema, or a key to carry over that there is not */
  constructor(options?: DataOptions<Schemas>) {
    this.#schemas = new Map(Object.entries(options?.schema ?? {}))
    const carryOver = options?.carryOver ?? []
    this.carryOver = carryOver
    for (const [key, each] of this.#schemas) requireSchema(key, each)
    for (const key of carryOver) {
      if (!this.#schemas.has(key)) {
        throw new ConfigurationError(`data.carryOver: "${key}" is not among the keys of data.schema.`)
      }
    }
  }

  /** Whether there may be no data at all: the application gave no schema. */
  get isEmpty(): boolean {
    return this.#schemas.size === 0
  }

  /** Whether there may be data under this key. */
  has(key: string): key is DataKey<Schemas> {
    return this.#schemas.has(key)
  }

  /** @throws SessionDataError `unknown-key` */
  require(key: string): StandardSchema {
    const schema = this.#schemas.get(key)
    if (schema !== undefined) return schema
    throw new SessionDataError(
      'unknown-key',
      `session data: data.schema has no key ${JSON.stringify(key)}; add it there.`,
    )
  }

  /**
   * The JSON that is stored for a value. What the schema judges is what will be read.
   *
   * @throws SessionDataError `unknown-key`, `not-json`, `value-too-large`, `invalid-value`
   */
  async write<Key extends DataKey<Schemas>>(key: Key, value: InputOf<Schemas[Key]>): Promise<string> {
    const schema = this.require(key)
    const json = jsonText(key, value)
    const result = await schema['~standard'].validate(JSON.parse(json))
    requireValid(result, `session data: the schema of "${key}" refuses this value`)
    return json
  }

  /**
   * What stored JSON stands for.
   *
   * @throws SessionDataError `unknown-key`, or `invalid-value` when it fits the schema no longer
   */
  async read<Key extends DataKey<Schemas>>(key: Key, json: string): Promise<OutputOf<Schemas[Key]>> {
    const result = await this.require(key)['~standard'].validate(JSON.parse(json))
    return requireValid(
      result,
      `session data: what is stored under "${key}" fits its schema no longer. Widen the schema, or delete the key`,
    )
  }
}

function requireSchema(key: string, schema: StandardSchema | undefined): void {
  if (!KEY.test(key)) {
    throw new ConfigurationError(
      `data.schema: ${JSON.stringify(key)} cannot be a key. Keys are 1 to 64 of A-Z a-z 0-9 . _ : -, the first a letter or a digit.`,
    )
  }
  if (typeof schema?.['~standard']?.validate !== 'function') {
    throw new ConfigurationError(
      `data.schema: "${key}" is no Standard Schema (https://standardschema.dev). Write one of zod, valibot, ArkType, …`,
    )
  }
}

function requireValid<Output>(result: SchemaResult<Output>, sentence: string): Output {
  if (result.issues === undefined) return result.value
  const wrong = result.issues.map((issue) => `${placeOf(issue)}${issue.message}`).join('; ')
  throw new SessionDataError('invalid-value', `${sentence}: ${wrong}.`, result.issues)
}

function placeOf({ path = [] }: SchemaIssue): string {
  const names = path.map((step) => String(typeof step === 'object' ? step.key : step))
  return names.length === 0 ? '' : `${names.join('.')}: `
}
