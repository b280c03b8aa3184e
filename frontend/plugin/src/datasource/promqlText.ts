// Splits PromQL at its strings and comments, so that a variable's value can be written for its place.

export interface Segment {
  text: string;
  /** The quotes around it; null outside of strings. */
  quote: string | null;
  /** Whether the string is a regular expression: it follows `=~` or `!~`. */
  isPattern: boolean;
}

const QUOTES = ['"', "'", '`'];

/** Splits; the texts of all segments together are the input. Quotes belong to what is outside. */
export function segments(expr: string): Segment[] {
  const found: Segment[] = [];
  let outside = '';
  let at = 0;
  while (at < expr.length) {
    const char = expr.charAt(at);
    if (char === '#') {
      const end = endOfLine(expr, at);
      outside += expr.slice(at, end);
      at = end;
    } else if (QUOTES.includes(char)) {
      const end = endOfString(expr, at + 1, char);
      const isPattern = /[=!]~\s*$/.test(outside);
      found.push({ text: outside + char, quote: null, isPattern: false });
      found.push({ text: expr.slice(at + 1, end), quote: char, isPattern });
      outside = expr.charAt(end);
      at = end + 1;
    } else {
      outside += char;
      at += 1;
    }
  }
  found.push({ text: outside, quote: null, isPattern: false });
  return found.filter(({ text }) => text !== '');
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** Returns where the closing quote stands, or the end of a string that nobody closed. */
function endOfString(text: string, from: number, quote: string): number {
  let at = from;
  while (at < text.length && text.charAt(at) !== quote) {
    at += text.charAt(at) === '\\' && quote !== '`' ? 2 : 1;
  }
  return Math.min(at, text.length);
}
