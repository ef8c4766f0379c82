import pg from 'pg';
import type { Datamodel, Field, Model } from './datamodel.ts';

/** What the schema and a database both say of a table, in the same words. Names of keys are left out. */
interface TableShape {
  /** Column to its type, nullability and default. */
  columns: Record<string, string>;
  primaryKey: string;
  /** Each sorted. */
  uniques: string[];
  indexes: string[];
  foreignKeys: string[];
}

export type TableShapes = Record<string, TableShape>;

/** The shapes that a Prisma schema asks for. */
export function shapesOfDatamodel(datamodel: Datamodel): TableShapes {
  return Object.fromEntries(datamodel.models.map((model) => [tableOf(model), shapeOf(model, datamodel)]));
}

function shapeOf(model: Model, datamodel: Datamodel): TableShape {
  const keys = (type: 'id' | 'unique' | 'normal'): string[] =>
    datamodel.indexes
      .filter((index) => index.model === model.name && index.type === type)
      .map((index) =>
        columnsOf(
          model,
          index.fields.map(({ name }) => name),
        ),
      )
      .sort();
  const columns = model.fields.filter(({ kind }) => kind === 'scalar');
  const relations = model.fields.filter(({ relationFromFields = [] }) => relationFromFields.length > 0);
  return {
    columns: Object.fromEntries(columns.map((field) => [field.dbName ?? field.name, columnShape(field)])),
    primaryKey: keys('id').join(),
    uniques: keys('unique'),
    indexes: keys('normal'),
    foreignKeys: relations.map((field) => foreignKeyShape(field, model, datamodel)).sort(),
  };
}

function columnShape(field: Field): string {
  const fallback = typeof field.default === 'object' ? field.default.name : field.default;
  // Prisma reads a list that is null as an empty one.
  if (field.isList) return describeColumn(`${sqlType(field)}[]`, false, null);
  return describeColumn(sqlType(field), field.isRequired, fallback === undefined ? null : String(fallback));
}

function describeColumn(type: string, isRequired: boolean, fallback: string | null): string {
  return `${type}${isRequired ? ' not null' : ''}${fallback === null ? '' : ` default ${fallback}`}`;
}

function sqlType({ name, type, nativeType }: Field): string {
  if (nativeType !== null) {
    const [native, parameters] = nativeType;
    if (native === 'Decimal') return `numeric(${parameters.join()})`;
    if (native === 'Timestamptz') return `timestamp(${parameters.join()}) with time zone`;
    if (native === 'Date') return 'date';
    throw new Error(`The field ${name} has the native type ${native}, which is not known here.`);
  }
  const types: Record<string, string> = {
    Int: 'integer',
    BigInt: 'bigint',
    String: 'text',
    Boolean: 'boolean',
    Json: 'jsonb',
    Bytes: 'bytea',
    DateTime: 'timestamp(3) without time zone',
    Decimal: 'numeric(65,30)',
  };
  const known = types[type];
  if (known === undefined)
    throw new Error(`The field ${name} has the type ${type}, which is not known here.`);
  return known;
}

function foreignKeyShape(field: Field, model: Model, datamodel: Datamodel): string {
  const target = datamodel.models.find(({ name }) => name === field.type);
  if (target === undefined) throw new Error(`There is no model ${field.type}.`);
  const onDelete = field.relationOnDelete ?? (field.isRequired ? 'Restrict' : 'SetNull');
  const onUpdate = field.relationOnUpdate ?? 'Cascade';
  const from = columnsOf(model, field.relationFromFields ?? []);
  const to = columnsOf(target, field.relationToFields ?? []);
  return `${from} -> ${tableOf(target)}(${to}) delete ${onDelete} update ${onUpdate}`;
}

function tableOf(model: Model): string {
  return model.dbName ?? model.name;
}

function columnsOf(model: Model, names: string[]): string {
  const columnOf = (name: string): string =>
    model.fields.find((field) => field.name === name)?.dbName ?? name;
  return names.map(columnOf).join(', ');
}

interface ColumnRow {
  table: string;
  column: string;
  type: string;
  required: boolean;
  fallback: string | null;
}

const COLUMNS = `
SELECT c.relname AS "table", a.attname AS "column", format_type(a.atttypid, a.atttypmod) AS type,
  a.attnotnull AS required,
  CASE WHEN a.attidentity <> '' THEN 'autoincrement' ELSE pg_get_expr(d.adbin, d.adrelid) END AS fallback
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND c.relname <> '_prisma_migrations'
ORDER BY a.attnum`;

/** Partial indexes and those on expressions cannot be told in a Prisma schema; migrations alone have them. */
const INDEXES = `
SELECT i.indrelid::regclass::text AS "table",
  CASE WHEN i.indisprimary THEN 'id' WHEN i.indisunique THEN 'unique' ELSE 'normal' END AS type,
  string_agg(a.attname, ', ' ORDER BY key.position) AS columns
FROM pg_index i
CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS key (number, position)
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = key.number
JOIN pg_class c ON c.oid = i.indrelid AND c.relnamespace = 'public'::regnamespace
WHERE i.indpred IS NULL AND i.indexprs IS NULL
GROUP BY i.indexrelid, i.indrelid, i.indisprimary, i.indisunique`;

const FOREIGN_KEYS = `
SELECT k.conrelid::regclass::text AS "table", k.confrelid::regclass::text AS target,
  (SELECT string_agg(a.attname, ', ' ORDER BY n.position) FROM unnest(k.conkey) WITH ORDINALITY n (number, position)
   JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = n.number) AS "from",
  (SELECT string_agg(a.attname, ', ' ORDER BY n.position) FROM unnest(k.confkey) WITH ORDINALITY n (number, position)
   JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = n.number) AS "to",
  k.confdeltype AS on_delete, k.confupdtype AS on_update
FROM pg_constraint k WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace`;

const ACTIONS: Record<string, string> = {
  a: 'NoAction',
  r: 'Restrict',
  c: 'Cascade',
  n: 'SetNull',
  d: 'SetDefault',
};

/** The shapes of a live database's tables, the history of migrations left out. */
export async function shapesOfDatabase(url: string): Promise<TableShapes> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const columns = await client.query<ColumnRow>(COLUMNS);
    const indexes = await client.query<{ table: string; type: string; columns: string }>(INDEXES);
    const foreignKeys = await client.query<Record<string, string>>(FOREIGN_KEYS);
    const shapes: TableShapes = {};
    for (const row of columns.rows) {
      shapes[row.table] ??= { columns: {}, primaryKey: '', uniques: [], indexes: [], foreignKeys: [] };
      const shape = shapes[row.table];
      if (shape)
        shape.columns[row.column] = describeColumn(row.type, row.required, plainDefault(row.fallback));
    }
    for (const [table, shape] of Object.entries(shapes)) {
      const keys = (type: string): string[] =>
        indexes.rows.filter((row) => row.table === table && row.type === type).map((row) => row.columns);
      shape.primaryKey = keys('id').join();
      shape.uniques = keys('unique').sort();
      shape.indexes = keys('normal').sort();
      shape.foreignKeys = foreignKeys.rows
        .filter((row) => row['table'] === table)
        .map((row) => {
          const actions = `delete ${ACTIONS[row['on_delete'] ?? '']} update ${ACTIONS[row['on_update'] ?? '']}`;
          return `${row['from']} -> ${row['target']}(${row['to']}) ${actions}`;
        })
        .sort();
    }
    return shapes;
  } finally {
    await client.end();
  }
}

/** Postgres's expression as Prisma would name it. */
function plainDefault(expression: string | null): string | null {
  if (expression === null) return null;
  if (expression.startsWith('nextval(')) return 'autoincrement';
  if (expression === 'CURRENT_TIMESTAMP' || expression === 'now()') return 'now';
  return expression.replace(/^'(.*)'::text$/s, '$1');
}
