// A text that is being typed, until it is handed over; a new value from outside replaces it.
import { useState } from 'react';

export function useDraft(value: string): [text: string, setText: (text: string) => void] {
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    setText(value);
  }
  return [text, setText];
}
