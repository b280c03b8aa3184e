import { segments } from './promqlText';

const strings = (expr: string) =>
  segments(expr)
    .filter(({ quote }) => quote !== null)
    .map(({ text, isPattern }) => [text, isPattern]);

describe('segments', () => {
  it('puts the text together again', () => {
    for (const expr of [
      '',
      'up',
      'up{a="b"}',
      `x{a='b"c', d=~"e\\"f"} # it's "so"\n+ y`,
      'open{a="b',
      'x{a="b\\',
    ]) {
      expect(
        segments(expr)
          .map(({ text }) => text)
          .join('')
      ).toBe(expr);
    }
  });

  it('tells patterns from plain strings', () => {
    expect(strings('up{a="1", b=~"2", c!~ `3`, d!=\'4\'}')).toEqual([
      ['1', false],
      ['2', true],
      ['3', true],
      ['4', false],
    ]);
  });

  it('does not end a string at an escaped quote', () => {
    expect(strings('up{a="b\\"c"}')).toEqual([['b\\"c', false]]);
    expect(strings('up{a=`b\\`}')).toEqual([['b\\', false]]);
  });

  it('takes no quote of a comment for a string', () => {
    expect(strings("up # don't\n+ x{a='b'}")).toEqual([['b', false]]);
  });
});
