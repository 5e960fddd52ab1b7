/** The colours of a drawing: a file for light pages, and one for dark ones. */
export interface Theme {
  readonly name: 'light' | 'dark'
  readonly background: string
  readonly text: string
  /** For what is said beside: ticks, captions. */
  readonly muted: string
  readonly grid: string
  readonly ours: string
  readonly theirs: string
}

/** Both themes; what is written stands out from the background by 4.5:1 or more. */
export const THEMES: readonly Theme[] = [
  {
    name: 'light',
    background: '#ffffff',
    text: '#1f2328',
    muted: '#59636e',
    grid: '#d1d9e0',
    ours: '#0969da',
    theirs: '#6e7781',
  },
  {
    name: 'dark',
    background: '#0d1117',
    text: '#f0f6fc',
    muted: '#9198a1',
    grid: '#3d444d',
    ours: '#58a6ff',
    theirs: '#8b949e',
  },
]

type Attributes = Readonly<Record<string, string | number>>

/** Text that is safe in XML, as content and as an attribute. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

/** One element with its children, which are XML already. Numbers have at most one digit after the point. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${typeof value === 'number' ? Number(value.toFixed(1)) : escaped(value)}"`,
  )
  return `<${name}${written.join('')}${children.length > 0 ? `>${children.join('')}</${name}>` : '/>'}`
}

/** A line of text. */
export function words(content: string, x: number, y: number, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escaped(content))
}

/** Roughly how wide a line of text is in a system's sans-serif, rather more than less. */
export function widthOf(text: string, fontSize: number, bold = false): number {
  return text.length * fontSize * (bold ? 0.58 : 0.54)
}

/** What a drawing is, for its readers who see it and those who do not. */
export interface Drawing {
  readonly width: number
  readonly height: number
  readonly fontSize: number
  readonly title: string
  /** What is seen, in words. */
  readonly description: string
}

/** A whole file. No scripts, no fonts but the system's. */
export function svg(
  { width, height, fontSize, title, description }: Drawing,
  theme: Theme,
  lines: readonly string[],
): string {
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${width} ${Math.ceil(height)}`,
    width,
    height: Math.ceil(height),
    role: 'img',
    'aria-labelledby': 'title description',
    'font-family': 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif',
    'font-size': fontSize,
    fill: theme.text,
  }
  const head = [
    element('title', { id: 'title' }, escaped(title)),
    element('desc', { id: 'description' }, escaped(description)),
    element('rect', { width: '100%', height: '100%', fill: theme.background }),
  ]
  return `${element('svg', attributes, `\n${[...head, ...lines].join('\n')}\n`)}\n`
}
